using Orleans;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>What bulk work judges a patient by.</summary>
[GenerateSerializer, Alias("portal.BulkFacts"), Immutable]
public sealed record BulkFacts
{
    /// <summary>Kept out of work on many, or merged into another.</summary>
    [Id(0)] public bool LeftOut { get; init; }

    /// <summary>Access state.</summary>
    [Id(1)] public AccessState Access { get; init; }

    /// <summary>What access needs and is not on file.</summary>
    [Id(2)] public IReadOnlyList<AccessCondition> Missing { get; init; } = [];

    /// <summary>How the last invitation stands now.</summary>
    [Id(3)] public PatientInvitation Invitation { get; init; }

    /// <summary>The invitation that counts, whether or not its time ran out; null: none.</summary>
    [Id(4)] public string? CurrentInvitation { get; init; }

    /// <summary>The kinds of credentials that are set.</summary>
    [Id(5)] public IReadOnlyList<CredentialKind> Credentials { get; init; } = [];

    /// <summary>Contact email.</summary>
    [Id(6)] public string Email { get; init; } = "";

    /// <summary>Contact mobile as written.</summary>
    [Id(7)] public string Mobile { get; init; } = "";

    /// <summary>Whether the patient ever signed in.</summary>
    [Id(8)] public bool SignedIn { get; init; }

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(BulkFacts);
}

/// <summary>What came of making a contact detail a credential.</summary>
[GenerateSerializer, Alias("portal.PromoteOutcome")]
public enum PromoteOutcome
{
    /// <summary>A credential now, unverified.</summary>
    Promoted,

    /// <summary>The patient has a credential of this kind, which stays as it is.</summary>
    AlreadySet,

    /// <summary>Another patient signs in with it, and keeps it.</summary>
    Taken,

    /// <summary>There is none on file, or it is none of its kind.</summary>
    Invalid,

    /// <summary>No such patient, or one whom bulk work leaves alone.</summary>
    Gone,

    /// <summary>Another change of the patient's credentials could not be finished now.</summary>
    Busy,

    /// <summary>The patient gets in already, and a second staff member approves changes: to be asked for one by one.</summary>
    NeedsApproval,

    /// <summary>What is on file is another than was judged.</summary>
    Changed,
}
