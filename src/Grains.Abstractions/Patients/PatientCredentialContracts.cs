using Orleans;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Sets a portal credential.</summary>
[GenerateSerializer, Alias("portal.SetCredential"), Immutable]
public sealed record SetCredential
{
    /// <summary>Kind.</summary>
    [Id(0)] public CredentialKind Kind { get; init; }

    /// <summary>The value as typed; at most 254 characters count.</summary>
    [Id(1)] public string Value { get; init; } = "";

    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(2)] public string Operation { get; init; } = "";

    /// <summary>The staff member ticked "I have verified this with the patient"; without it nothing is set.</summary>
    [Id(3)] public bool ConfirmedWithPatient { get; init; }
}

/// <summary>What came of setting a credential.</summary>
[GenerateSerializer, Alias("portal.SetCredentialOutcome")]
public abstract record SetCredentialOutcome
{
    private SetCredentialOutcome() { }

    /// <summary>Bound to the patient, unverified.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Bound")]
    public sealed record Bound : SetCredentialOutcome;

    /// <summary>It waits for a second staff member's approval.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.AwaitsApproval")]
    public sealed record AwaitsApproval : SetCredentialOutcome;

    /// <summary>The patient has this very value already; nothing changed.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Unchanged")]
    public sealed record Unchanged : SetCredentialOutcome;

    /// <summary>Another patient of the organisation has it.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Taken")]
    public sealed record Taken : SetCredentialOutcome
    {
        /// <summary>That patient's id, for staff.</summary>
        [Id(0)] public string Patient { get; init; } = "";
    }

    /// <summary>Not a value of that kind.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Malformed")]
    public sealed record Malformed : SetCredentialOutcome;

    /// <summary>Staff did not confirm that they verified it with the patient.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.NotConfirmed")]
    public sealed record NotConfirmed : SetCredentialOutcome;

    /// <summary>Another change of this patient's credentials is under way and could not be finished just now; try again.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Busy")]
    public sealed record Busy : SetCredentialOutcome;

    /// <summary>No such patient.</summary>
    [GenerateSerializer, Alias("portal.SetCredentialOutcome.Unknown")]
    public sealed record Unknown : SetCredentialOutcome;
}

/// <summary>What came of clearing a credential.</summary>
[GenerateSerializer, Alias("portal.ClearCredentialOutcome")]
public enum ClearCredentialOutcome
{
    /// <summary>Not set, now or before.</summary>
    Cleared,

    /// <summary>Cleared, and it was the last: access is off and the sessions have ended.</summary>
    ClearedLast,

    /// <summary>Another change is under way and could not be finished just now; try again.</summary>
    Busy,

    /// <summary>No such patient.</summary>
    Unknown,

    /// <summary>
    /// Codes for the username would go to another address, the contact email, and a second staff member approves changes of that.
    /// </summary>
    NeedsApproval,
}

/// <summary>What came of a patient's own change of a credential.</summary>
[GenerateSerializer, Alias("portal.OwnCredentialChange"), Immutable]
public sealed record OwnCredentialChange
{
    /// <summary>Another patient has the value; nothing changed.</summary>
    [Id(0)] public bool Taken { get; init; }

    /// <summary>The epoch whose sessions ended; null where none did.</summary>
    [Id(1)] public int? EndedEpoch { get; init; }
}
