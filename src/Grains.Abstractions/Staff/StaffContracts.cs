using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Staff;

/// <summary>Makes a staff member.</summary>
[GenerateSerializer, Alias("portal.AddStaff"), Immutable]
public sealed record AddStaff
{
    /// <summary>Name as shown to colleagues and patients.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Sign-in address, unique in the organisation.</summary>
    [Id(1)] public string Email { get; init; } = "";

    /// <summary>Role.</summary>
    [Id(2)] public StaffRole Role { get; init; }

    /// <summary>
    /// First password; at least 8 characters, because an authenticator is always required of staff (NIST SP 800-63B-4, 3.1.1.2).
    /// </summary>
    [Id(3)] public string Password { get; init; } = "";

    /// <summary>Secret of the authenticator, base32 (RFC 6238).</summary>
    [Id(4)] public string TotpSecret { get; init; } = "";
}

/// <summary>What came of adding a staff member.</summary>
[GenerateSerializer, Alias("portal.AddStaffOutcome")]
public enum AddStaffOutcome
{
    /// <summary>There now, or there before with the same address.</summary>
    Added,

    /// <summary>Another staff member signs in with this address.</summary>
    AddressTaken,

    /// <summary>The address, the password or the secret breaks its rules.</summary>
    Invalid,

    /// <summary>The roster is full.</summary>
    RosterFull,
}

/// <summary>A staff member as others see them.</summary>
[GenerateSerializer, Alias("portal.StaffView"), Immutable]
public sealed record StaffView
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Sign-in address.</summary>
    [Id(2)] public string Email { get; init; } = "";

    /// <summary>Role.</summary>
    [Id(3)] public StaffRole Role { get; init; }
}

/// <summary>One try at a password.</summary>
[GenerateSerializer, Alias("portal.StaffPassword"), Immutable]
public sealed record StaffPassword
{
    /// <summary>What was typed; more than 256 characters are wrong.</summary>
    [Id(0)] public string Password { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(1)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of a try at a password.</summary>
[GenerateSerializer, Alias("portal.PasswordVerdict")]
public enum PasswordVerdict
{
    /// <summary>Right; the authenticator is next.</summary>
    Right,

    /// <summary>Wrong, or nobody of that address.</summary>
    Wrong,

    /// <summary>Too many tries for now; nothing was compared.</summary>
    TooMany,
}

/// <summary>What came of an authenticator code.</summary>
[GenerateSerializer, Alias("portal.TotpVerdict")]
public enum TotpVerdict
{
    /// <summary>Right.</summary>
    Right,

    /// <summary>Wrong, or of a time step already used.</summary>
    Wrong,

    /// <summary>Too many tries for now.</summary>
    TooMany,
}

/// <summary>What came of an authenticator code, and what is left.</summary>
[GenerateSerializer, Alias("portal.TotpAnswer"), Immutable]
public sealed record TotpAnswer
{
    /// <summary>What came of it.</summary>
    [Id(0)] public TotpVerdict Verdict { get; init; }

    /// <summary>How many more tries there are where it was wrong.</summary>
    [Id(1)] public int TriesLeft { get; init; }

    /// <summary>When it is worth trying again where there were too many tries.</summary>
    [Id(2)] public DateTimeOffset Until { get; init; }
}

/// <summary>Whether a staff member's sessions live on.</summary>
[GenerateSerializer, Alias("portal.StaffStanding"), Immutable]
public sealed record StaffStanding
{
    /// <summary>False where there is nobody of that id.</summary>
    [Id(0)] public bool Exists { get; init; }

    /// <summary>Rises when all sessions end.</summary>
    [Id(1)] public int Epoch { get; init; }

    /// <summary>Role, read at each request, so that a change of it is felt at once.</summary>
    [Id(2)] public StaffRole Role { get; init; }

    /// <summary>Name, for the page's header.</summary>
    [Id(3)] public string Name { get; init; } = "";
}
