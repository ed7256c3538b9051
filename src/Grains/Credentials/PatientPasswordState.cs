using Orleans;
using Portal.Grains.Abstractions.Audit;

namespace Portal.Grains.Credentials;

/// <summary>The password of one patient. An empty <see cref="Hash"/> is none: then only the budgets mean anything.</summary>
[GenerateSerializer, Alias("portal.PatientPasswordState")]
public sealed record PatientPasswordState
{
    /// <summary>The password's hash with its parameters; empty: none.</summary>
    [Id(0)] public string Hash { get; init; } = "";

    /// <summary>Since when it is in force; null: none ever was.</summary>
    [Id(1)] public DateTimeOffset? SetAt { get; init; }

    /// <summary>Until when it works, where it is temporary; null for one that the patient chose.</summary>
    [Id(2)] public DateTimeOffset? TemporaryUntil { get; init; }

    /// <summary>Rises with each change.</summary>
    [Id(3)] public int Version { get; init; }

    /// <summary>The operation that made the last change.</summary>
    [Id(4)] public string Operation { get; init; } = "";

    /// <summary>The epoch whose sessions that change ended.</summary>
    [Id(5)] public int EndedEpoch { get; init; }

    /// <summary>
    /// The audit entry of the last change while the rest of it is still to be done: ending the sessions, the entry itself, the notice. Null
    /// when it is done.
    /// </summary>
    [Id(6)] public AuditEntry? Unfinished { get; init; }

    /// <summary>Wrong passwords from browsers that have signed this patient in before, within a day, the newest last.</summary>
    [Id(7)] public DateTimeOffset[] WrongFromKnown { get; init; } = [];

    /// <summary>Wrong passwords from all other browsers together, likewise.</summary>
    [Id(8)] public DateTimeOffset[] WrongFromUnknown { get; init; } = [];

    /// <summary>Whether it is so short that it is enough only together with an authenticator app.</summary>
    [Id(40)] public bool NeedsSecondFactor { get; init; }
}
