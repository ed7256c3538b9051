using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>How long things about patients' passwords last.</summary>
public static class PasswordLimits
{
    /// <summary>How long a temporary password works. Source: security rules, "Passwords".</summary>
    public static readonly TimeSpan TemporaryLifetime = TimeSpan.FromDays(3);

    /// <summary>How long a link for choosing a new password works. Ours.</summary>
    public static readonly TimeSpan ResetLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// For how long after signing in with a code a password may be chosen without proving oneself again. Ours: as long as a code works.
    /// </summary>
    public static readonly TimeSpan FreshSignIn = TimeSpan.FromMinutes(10);

    /// <summary>From one link to the next for the same address. Source: security rules, "Sends".</summary>
    public static readonly TimeSpan RecoverySpacing = TimeSpan.FromMinutes(1);

    /// <summary>Links for one address in an hour. Source: security rules, "Sends".</summary>
    public const int RecoveriesPerHour = 5;

    /// <summary>Links for one address in a day. Source: security rules, "Sends".</summary>
    public const int RecoveriesPerDay = 10;
}

/// <summary>What sort of password there is.</summary>
[GenerateSerializer, Alias("portal.PasswordKind")]
public enum PasswordKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>One that the patient chose.</summary>
    Chosen,

    /// <summary>One that staff made, to be changed at the first sign-in.</summary>
    Temporary,
}

/// <summary>What may be known of a password.</summary>
[GenerateSerializer, Alias("portal.PasswordView"), Immutable]
public sealed record PasswordView
{
    /// <summary>What sort it is.</summary>
    [Id(0)] public PasswordKind Kind { get; init; }

    /// <summary>Since when; null where there is none.</summary>
    [Id(1)] public DateTimeOffset? SetAt { get; init; }

    /// <summary>Until when a temporary one works; null for others.</summary>
    [Id(2)] public DateTimeOffset? Until { get; init; }

    /// <summary>Rises with each change.</summary>
    [Id(3)] public int Version { get; init; }
}

/// <summary>A try at a password.</summary>
[GenerateSerializer, Alias("portal.PasswordAttempt"), Immutable]
public sealed record PasswordAttempt
{
    /// <summary>As typed.</summary>
    [Id(0)] public string Password { get; init; } = "";

    /// <summary>Whether this browser has signed this patient in before: it then has a budget of its own.</summary>
    [Id(1)] public bool KnownDevice { get; init; }

    /// <summary>Whether an authenticator app is asked for besides: then a short password is enough.</summary>
    [Id(40)] public bool SecondFactor { get; init; }
}

/// <summary>What came of a try.</summary>
[GenerateSerializer, Alias("portal.PasswordAnswer")]
public abstract record PasswordAnswer
{
    private PasswordAnswer() { }

    /// <summary>Right.</summary>
    [GenerateSerializer, Alias("portal.PasswordAnswer.Right"), Immutable]
    public sealed record Right : PasswordAnswer
    {
        /// <summary>
        /// Another has to be chosen first: it is temporary, or too short now that no authenticator app is asked for any more.
        /// </summary>
        [Id(0)] public bool MustChange { get; init; }
    }

    /// <summary>Wrong, or there is none.</summary>
    [GenerateSerializer, Alias("portal.PasswordAnswer.Wrong"), Immutable]
    public sealed record Wrong : PasswordAnswer;

    /// <summary>Right, but it was temporary and its time is over. Told only to who knew it.</summary>
    [GenerateSerializer, Alias("portal.PasswordAnswer.Expired"), Immutable]
    public sealed record Expired : PasswordAnswer;

    /// <summary>Too many wrong ones; nothing was compared.</summary>
    [GenerateSerializer, Alias("portal.PasswordAnswer.TooMany"), Immutable]
    public sealed record TooMany : PasswordAnswer
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }
}

/// <summary>Puts a password of the patient's choice in force.</summary>
[GenerateSerializer, Alias("portal.ChoosePassword"), Immutable]
public sealed record ChoosePassword
{
    /// <summary>As typed.</summary>
    [Id(0)] public string Password { get; init; } = "";

    /// <summary>Names this choice; a repeat of it is the same operation.</summary>
    [Id(1)] public string Operation { get; init; } = "";

    /// <summary>The password in force until now, where it is the proof of who chooses; null: proved in another way.</summary>
    [Id(2)] public string? Current { get; init; }

    /// <summary>The <see cref="PasswordView.Version"/> that is to be replaced; null: whatever there is.</summary>
    [Id(3)] public int? Replaces { get; init; }

    /// <summary>Nothing is to be changed any more: only whether this operation was done before is wanted.</summary>
    [Id(4)] public bool OnlyAgain { get; init; }
}

/// <summary>What came of choosing a password.</summary>
[GenerateSerializer, Alias("portal.ChoosePasswordOutcome")]
public abstract record ChoosePasswordOutcome
{
    private ChoosePasswordOutcome() { }

    /// <summary>In force, now or since the same operation before; the sessions have ended.</summary>
    [GenerateSerializer, Alias("portal.ChoosePasswordOutcome.Chosen"), Immutable]
    public sealed record Chosen : ChoosePasswordOutcome
    {
        /// <summary>The patient's epoch under which the sessions lived that ended; the one in force is the next.</summary>
        [Id(0)] public int EndedEpoch { get; init; }
    }

    /// <summary>Not a password that may be chosen; nothing changed.</summary>
    [GenerateSerializer, Alias("portal.ChoosePasswordOutcome.Refused"), Immutable]
    public sealed record Refused : ChoosePasswordOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public PasswordRefusal Why { get; init; } = new PasswordRefusal.NotText();
    }

    /// <summary>The current password is wrong; nothing changed.</summary>
    [GenerateSerializer, Alias("portal.ChoosePasswordOutcome.WrongCurrent"), Immutable]
    public sealed record WrongCurrent : ChoosePasswordOutcome;

    /// <summary>Too many wrong ones; nothing was compared.</summary>
    [GenerateSerializer, Alias("portal.ChoosePasswordOutcome.TooMany"), Immutable]
    public sealed record TooMany : ChoosePasswordOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>The password was changed in between, or passwords are switched off.</summary>
    [GenerateSerializer, Alias("portal.ChoosePasswordOutcome.Overtaken"), Immutable]
    public sealed record Overtaken : ChoosePasswordOutcome;
}

/// <summary>What came of making a temporary password.</summary>
[GenerateSerializer, Alias("portal.TemporaryPasswordOutcome")]
public abstract record TemporaryPasswordOutcome
{
    private TemporaryPasswordOutcome() { }

    /// <summary>In force. It is shown this once.</summary>
    [GenerateSerializer, Alias("portal.TemporaryPasswordOutcome.Made"), Immutable]
    public sealed record Made : TemporaryPasswordOutcome
    {
        /// <summary>Four groups of four letters and digits.</summary>
        [Id(0)] public string Password { get; init; } = "";

        /// <summary>Until when it works.</summary>
        [Id(1)] public DateTimeOffset Until { get; init; }

        /// <summary>Holds a secret.</summary>
        public override string ToString() => nameof(Made);
    }

    /// <summary>The patient has nothing to sign in with that a password could belong to.</summary>
    [GenerateSerializer, Alias("portal.TemporaryPasswordOutcome.NoCredential"), Immutable]
    public sealed record NoCredential : TemporaryPasswordOutcome;

    /// <summary>The organisation has passwords switched off.</summary>
    [GenerateSerializer, Alias("portal.TemporaryPasswordOutcome.MethodOff"), Immutable]
    public sealed record MethodOff : TemporaryPasswordOutcome;

    /// <summary>The same click made one before, which is not the one in force any more.</summary>
    [GenerateSerializer, Alias("portal.TemporaryPasswordOutcome.Overtaken"), Immutable]
    public sealed record Overtaken : TemporaryPasswordOutcome;

    /// <summary>
    /// The patient gets in already, and a second staff member approves changes of that: nobody is handed a password that opens it. A
    /// changed email, once approved, lets the patient choose one.
    /// </summary>
    [GenerateSerializer, Alias("portal.TemporaryPasswordOutcome.NeedsApproval"), Immutable]
    public sealed record NeedsApproval : TemporaryPasswordOutcome;
}

/// <summary>Asks for a link for choosing a new password.</summary>
[GenerateSerializer, Alias("portal.RequestRecovery"), Immutable]
public sealed record RequestRecovery
{
    /// <summary>The home postal code as typed.</summary>
    [Id(0)] public string PostalCode { get; init; } = "";
}

/// <summary>What came of asking.</summary>
[GenerateSerializer, Alias("portal.RecoveryOutcome")]
public abstract record RecoveryOutcome
{
    private RecoveryOutcome() { }

    /// <summary>A link is on its way where address and postal code belong together.</summary>
    [GenerateSerializer, Alias("portal.RecoveryOutcome.OnItsWay"), Immutable]
    public sealed record OnItsWay : RecoveryOutcome;

    /// <summary>Too many were asked for.</summary>
    [GenerateSerializer, Alias("portal.RecoveryOutcome.TooMany"), Immutable]
    public sealed record TooMany : RecoveryOutcome
    {
        /// <summary>When another may be.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }
}

/// <summary>What came of using a link for choosing a new password.</summary>
[GenerateSerializer, Alias("portal.ResetOutcome")]
public abstract record ResetOutcome
{
    private ResetOutcome() { }

    /// <summary>The new password is in force.</summary>
    [GenerateSerializer, Alias("portal.ResetOutcome.Done"), Immutable]
    public sealed record Done : ResetOutcome;

    /// <summary>Too much was tried from one address, or too many wait; the link still works.</summary>
    [GenerateSerializer, Alias("portal.ResetOutcome.TooMany"), Immutable]
    public sealed record TooMany : ResetOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>The link works no more.</summary>
    [GenerateSerializer, Alias("portal.ResetOutcome.Ended"), Immutable]
    public sealed record Ended : ResetOutcome;

    /// <summary>Not a password that may be chosen; the link still works.</summary>
    [GenerateSerializer, Alias("portal.ResetOutcome.Refused"), Immutable]
    public sealed record Refused : ResetOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public PasswordRefusal Why { get; init; } = new PasswordRefusal.NotText();
    }
}
