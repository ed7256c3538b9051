using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>The bounds of requests to change a credential.</summary>
public static class CredentialRequestLimits
{
    /// <summary>For how long a request may be approved. Ours: a long weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    /// <summary>The most requests that are listed. Ours.</summary>
    public const int Listed = 100;
}

/// <summary>A change of a credential that waits for a second staff member.</summary>
[GenerateSerializer, Alias("portal.CredentialRequestView"), Immutable]
public sealed record CredentialRequestView
{
    /// <summary>The request.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Kind of the credential.</summary>
    [Id(1)] public CredentialKind Kind { get; init; }

    /// <summary>The value that is asked for.</summary>
    [Id(2)] public string Value { get; init; } = "";

    /// <summary>The staff member who asked, who can't approve it.</summary>
    [Id(3)] public string AskedBy { get; init; } = "";

    /// <summary>When.</summary>
    [Id(4)] public DateTimeOffset AskedAt { get; init; }

    /// <summary>Until when it may be approved.</summary>
    [Id(5)] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether the authenticator app is to be taken off, and no credential changed.</summary>
    [Id(6)] public bool ResetsMfa { get; init; }
}

/// <summary>A request with the patient it is about.</summary>
[GenerateSerializer, Alias("portal.CredentialRequestRow"), Immutable]
public sealed record CredentialRequestRow
{
    /// <summary>The patient.</summary>
    [Id(0)] public PatientView Patient { get; init; } = new();

    /// <summary>The request.</summary>
    [Id(1)] public CredentialRequestView Request { get; init; } = new();
}

/// <summary>What came of approving or declining a request. The numbers are stored nowhere.</summary>
[GenerateSerializer, Alias("portal.CredentialRequestOutcome")]
public enum CredentialRequestOutcome
{
    /// <summary>Approved and done, or declined.</summary>
    Done,

    /// <summary>There is no such request (any more).</summary>
    Gone,

    /// <summary>Whoever asked can't approve.</summary>
    SamePerson,

    /// <summary>Another patient has the value by now; nothing changed.</summary>
    Taken,

    /// <summary>Another change is under way; try again.</summary>
    Busy,
}

/// <summary>The requests of one organisation that wait. A stateless worker over their table. Key: <c>{org}</c>.</summary>
[Alias("portal.ICredentialRequestListGrain"), Repeatable]
public interface ICredentialRequestListGrain : IGrainWithStringKey
{
    /// <summary>Those that may be approved, oldest first.</summary>
    [Alias("List"), Door(Callers.AccessStaff)]
    Task<IReadOnlyList<CredentialRequestRow>> List();
}
