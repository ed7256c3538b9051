using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>How far a merge has come. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.MergeStep")]
public enum MergeStep
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>Planned: both are to be frozen. Nothing has changed for anybody.</summary>
    Planned = 1,

    /// <summary>Both are frozen.</summary>
    Frozen = 2,

    /// <summary>Who goes has left everything: there is no return.</summary>
    Departed = 3,

    /// <summary>Who stays has taken it in: claims and items are to be moved.</summary>
    Absorbed = 4,

    /// <summary>Done.</summary>
    Merged = 5,

    /// <summary>Refused: nothing has changed for anybody.</summary>
    Refused = 6,
}

/// <summary>What is stored of a merge.</summary>
[GenerateSerializer, Alias("portal.PatientMergeState")]
public sealed record PatientMergeState
{
    /// <summary>How far it has come.</summary>
    [Id(0)] public MergeStep Step { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(1)] public MergePatients Command { get; init; } = new();

    /// <summary>Says of who goes that they were merged, and who asked for it: a reminder that finishes it is not who asked.</summary>
    [Id(2)] public AuditEntry LoserEntry { get; init; } = new();

    /// <summary>Says the same of who stays.</summary>
    [Id(3)] public AuditEntry SurvivorEntry { get; init; } = new();

    /// <summary>What was left, until it is taken in.</summary>
    [Id(4)] public MergeParcel? Parcel { get; init; }

    /// <summary>What becomes of the credentials, until it is done.</summary>
    [Id(5)] public MergedCredentials? Credentials { get; init; }

    /// <summary>Why it was refused.</summary>
    [Id(6)] public MergeRefusal Why { get; init; }
}
