using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Grains.OneTimeCodes;

/// <summary>Asks for a new code.</summary>
public sealed record SendCode
{
    /// <summary>New name of the challenge; the same again is the same request again.</summary>
    public required string ChallengeId { get; init; }

    /// <summary>What it is for.</summary>
    public required CodePurpose Purpose { get; init; }

    /// <summary>What exactly: the session, invitation or link; empty for signing in.</summary>
    public string Context { get; init; } = "";

    /// <summary>Hash of the secret the browser holds; only that browser may use the code.</summary>
    public required string Browser { get; init; }

    /// <summary>
    /// Whether the browser showed that it signed in with this credential before, or another secret that only the patient was given
    /// (a live session, an invitation or link). Decides which budgets count, and which older code is replaced.
    /// </summary>
    public required bool KnownDevice { get; init; }

    /// <summary>Keyed hash of the code that will be sent, so that no second write has to come between this one and the message.</summary>
    public string CodeHash { get; init; } = "";

    /// <summary>The patient it goes to, where that is known already; empty where it is to be found out.</summary>
    public string Patient { get; init; } = "";

    /// <summary>The email or number it goes to, likewise.</summary>
    public string Address { get; init; } = "";
}

/// <summary>Enters a code.</summary>
public sealed record CheckCode
{
    /// <summary>What it is to be used for.</summary>
    public required CodePurpose Purpose { get; init; }

    /// <summary>What exactly: the session, invitation or link; empty for signing in.</summary>
    public string Context { get; init; } = "";

    /// <summary>Hash of the secret this browser holds.</summary>
    public required string Browser { get; init; }

    /// <summary>The keyed hash of what was entered, for the challenge of this name.</summary>
    public required Func<string, string> HashFor { get; init; }

    /// <summary>What the code will have been used for, such as the hash of the session to be opened.</summary>
    public required string Operation { get; init; }
}

/// <summary>What became of a request for a code. The same for credentials that exist and those that don't.</summary>
public abstract record SendCodeResult
{
    private SendCodeResult()
    {
    }

    /// <summary>A new code is to be made and sent; the older one of the same purpose and kind of device is void.</summary>
    public sealed record Send : SendCodeResult
    {
        /// <summary>The challenge as it is now in the state, pending.</summary>
        public required OneTimeCodeChallenge Challenge { get; init; }

        /// <summary>When another may be asked for.</summary>
        public required DateTimeOffset NextAt { get; init; }
    }

    /// <summary>This very challenge was issued before: nothing changed and nothing is to be sent again.</summary>
    public sealed record AlreadyIssued : SendCodeResult;

    /// <summary>Codes were asked for too often.</summary>
    public sealed record TooManySends : SendCodeResult
    {
        /// <summary>When asking again can succeed.</summary>
        public required DateTimeOffset RetryAt { get; init; }

        /// <summary>Whether a code asked for before is still good in this browser.</summary>
        public required bool EarlierCodeGood { get; init; }
    }

    /// <summary>So many wrong codes were entered that a new one could not be used.</summary>
    public sealed record TooManyGuesses : SendCodeResult
    {
        /// <summary>When asking again can succeed.</summary>
        public required DateTimeOffset RetryAt { get; init; }
    }
}

/// <summary>What became of an entered code.</summary>
public abstract record CheckCodeResult
{
    private CheckCodeResult()
    {
    }

    /// <summary>The code was right and is used up by this operation; asked again for the same operation, the answer is the same.</summary>
    public sealed record Accepted : CheckCodeResult
    {
        /// <summary>The challenge, with the patient and address it was sent to.</summary>
        public required OneTimeCodeChallenge Challenge { get; init; }

        /// <summary>Whether this answer was given before: what follows from it has been done or is under way.</summary>
        public required bool Repeated { get; init; }
    }

    /// <summary>Not the code.</summary>
    public sealed record Wrong : CheckCodeResult
    {
        /// <summary>Guesses left before a wait; 0 when this was the last.</summary>
        public required int GuessesLeft { get; init; }
    }

    /// <summary>The code's time is over.</summary>
    public sealed record Expired : CheckCodeResult;

    /// <summary>Nothing of this purpose, context and browser is open: never asked for, or a newer code replaced it.</summary>
    public sealed record NotOpen : CheckCodeResult;

    /// <summary>The code was asked for in another browser.</summary>
    public sealed record OtherBrowser : CheckCodeResult;

    /// <summary>The code was used before, by another operation.</summary>
    public sealed record AlreadyUsed : CheckCodeResult;

    /// <summary>Too many codes were entered; this one was not looked at.</summary>
    public sealed record TooManyGuesses : CheckCodeResult
    {
        /// <summary>When a code is looked at again.</summary>
        public required DateTimeOffset RetryAt { get; init; }
    }
}
