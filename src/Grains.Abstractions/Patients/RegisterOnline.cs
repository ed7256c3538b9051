using Orleans;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Puts somebody on file who has registered online.</summary>
[GenerateSerializer, Alias("portal.RegisterOnline"), Immutable]
public sealed record RegisterOnline
{
    /// <summary>The operation: the same again changes nothing.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>Who.</summary>
    [Id(1)] public RegisterPatient Details { get; init; } = new();

    /// <summary>
    /// They have proved by the link that the contact email is theirs: it is claimed as a verified credential, and access is on.
    /// </summary>
    [Id(2)] public bool EmailProved { get; init; }

    /// <summary>Where the email signs somebody else in, they are put on file without access. Else nothing is made then.</summary>
    [Id(3)] public bool EvenWithoutEmail { get; init; }
}

/// <summary>What came of putting somebody on file who has registered online.</summary>
[GenerateSerializer, Alias("portal.RegisterOnlineOutcome")]
public enum RegisterOnlineOutcome
{
    /// <summary>On file, with access, now or before.</summary>
    Registered = 0,

    /// <summary>On file, without access.</summary>
    WithoutAccess = 1,

    /// <summary>The email signs somebody else in; nothing was made.</summary>
    AddressTaken = 2,

    /// <summary>A value can't be on file; nothing was made.</summary>
    Invalid = 3,

    /// <summary>Something is under way and could not be finished just now; try again.</summary>
    Busy = 4,
}
