using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>Signs in with a password.</summary>
[GenerateSerializer, Alias("portal.SignInWithPassword"), Immutable]
public sealed record SignInWithPassword
{
    /// <summary><c>{kind}.{keyed hash}</c> of the credential that was typed.</summary>
    [Id(0)] public string Subject { get; init; } = "";

    /// <summary>What was typed.</summary>
    [Id(1)] public string Password { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>Chooses a password in place of a temporary one.</summary>
[GenerateSerializer, Alias("portal.ChooseNewPassword"), Immutable]
public sealed record ChooseNewPassword
{
    /// <summary>What was typed.</summary>
    [Id(0)] public string Password { get; init; } = "";

    /// <summary>The token hash of the session to begin.</summary>
    [Id(1)] public string NewSession { get; init; } = "";
}

/// <summary>What came of choosing a password in place of a temporary one.</summary>
[GenerateSerializer, Alias("portal.NewPasswordOutcome")]
public abstract record NewPasswordOutcome
{
    private NewPasswordOutcome() { }

    /// <summary>In.</summary>
    [GenerateSerializer, Alias("portal.NewPasswordOutcome.Done"), Immutable]
    public sealed record Done : NewPasswordOutcome
    {
        /// <summary>The session that has begun.</summary>
        [Id(0)] public SignInOutcome.SignedIn SignedIn { get; init; } = new();
    }

    /// <summary>Not a password that may be chosen.</summary>
    [GenerateSerializer, Alias("portal.NewPasswordOutcome.Refused"), Immutable]
    public sealed record Refused : NewPasswordOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public PasswordRefusal Why { get; init; } = new PasswordRefusal.NotText();
    }

    /// <summary>Too many passwords wait to be hashed.</summary>
    [GenerateSerializer, Alias("portal.NewPasswordOutcome.TryLater"), Immutable]
    public sealed record TryLater : NewPasswordOutcome;

    /// <summary>Too late, or overtaken: sign in again.</summary>
    [GenerateSerializer, Alias("portal.NewPasswordOutcome.Ended"), Immutable]
    public sealed record Ended : NewPasswordOutcome;
}

/// <summary>Changes the password of whoever is signed in.</summary>
[GenerateSerializer, Alias("portal.ChangePassword"), Immutable]
public sealed record ChangePassword
{
    /// <summary>The new password as typed.</summary>
    [Id(0)] public string Password { get; init; } = "";

    /// <summary>
    /// The current one. Not needed in a session that was signed in to with a code no longer ago than
    /// <see cref="Credentials.PasswordLimits.FreshSignIn"/>, or that is elevated.
    /// </summary>
    [Id(1)] public string Current { get; init; } = "";

    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(2)] public string Operation { get; init; } = "";
}

/// <summary>What came of changing the password.</summary>
[GenerateSerializer, Alias("portal.ChangePasswordOutcome")]
public abstract record ChangePasswordOutcome
{
    private ChangePasswordOutcome() { }

    /// <summary>In force; this session goes on, all others have ended.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.Changed"), Immutable]
    public sealed record Changed : ChangePasswordOutcome;

    /// <summary>Not a password that may be chosen.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.Refused"), Immutable]
    public sealed record Refused : ChangePasswordOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public PasswordRefusal Why { get; init; } = new PasswordRefusal.NotText();
    }

    /// <summary>Who signed in too long ago has to show who they are first: by the current password, or by elevation.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.ProofNeeded"), Immutable]
    public sealed record ProofNeeded : ChangePasswordOutcome;

    /// <summary>The current password is wrong.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.WrongCurrent"), Immutable]
    public sealed record WrongCurrent : ChangePasswordOutcome;

    /// <summary>Too many tries.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.TooMany"), Immutable]
    public sealed record TooMany : ChangePasswordOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>The session is over, or passwords are switched off.</summary>
    [GenerateSerializer, Alias("portal.ChangePasswordOutcome.Ended"), Immutable]
    public sealed record Ended : ChangePasswordOutcome;
}
