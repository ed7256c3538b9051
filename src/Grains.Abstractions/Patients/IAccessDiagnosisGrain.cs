using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>
/// Why a patient can't get in. Asks everybody who has a say in it, and is asked by staff only, so that it closes no circle of calls. Holds
/// nothing. Key: <c>{org}/{patient}</c>.
/// </summary>
[Alias("portal.IAccessDiagnosisGrain"), Repeatable]
public interface IAccessDiagnosisGrain : IGrainWithStringKey
{
    /// <summary>Each condition of getting in and how it stands, in the order in which to mend them; empty where there is no such
    /// patient.</summary>
    [Alias("Diagnose"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<AccessFinding>> Diagnose();
}

/// <summary>How a condition of getting in stands.</summary>
[GenerateSerializer, Alias("portal.AccessFinding"), Immutable]
public sealed record AccessFinding
{
    /// <summary>The condition.</summary>
    [Id(0)] public AccessCheck Check { get; init; }

    /// <summary>How it stands.</summary>
    [Id(1)] public CheckState State { get; init; }

    /// <summary>Since when or until when, where that matters; else null.</summary>
    [Id(2)] public DateTimeOffset? At { get; init; }

    /// <summary>The kinds of credential that are meant; none where that does not matter.</summary>
    [Id(3)] public IReadOnlyList<CredentialKind> Kinds { get; init; } = [];

    /// <summary>Another patient, where one stands in the way; else empty.</summary>
    [Id(4)] public string Patient { get; init; } = "";
}

/// <summary>How a condition stands.</summary>
[GenerateSerializer, Alias("portal.CheckState")]
public enum CheckState
{
    /// <summary>As it should be.</summary>
    Met,

    /// <summary>It stands in the way.</summary>
    Unmet,

    /// <summary>Not in the way, but worth a look: something has not happened yet, or one way in of several is shut.</summary>
    Attention,
}

/// <summary>The conditions of getting in, in the order in which to mend them.</summary>
[GenerateSerializer, Alias("portal.AccessCheck")]
public enum AccessCheck
{
    /// <summary>The portal is switched on.</summary>
    PortalEnabled,

    /// <summary>The patient is not blocked.</summary>
    NotBlocked,

    /// <summary>A contact email is on file.</summary>
    EmailOnFile,

    /// <summary>A home postal code is on file.</summary>
    PostalCodeOnFile,

    /// <summary>The access level is "can access".</summary>
    AccessGiven,

    /// <summary>There is something to sign in with.</summary>
    CredentialSet,

    /// <summary>Nobody else signs in with the patient's contact email, where they have none of their own.</summary>
    EmailNotTaken,

    /// <summary>A way to sign in with a credential that is set is switched on.</summary>
    MethodOn,

    /// <summary>A code has proved the credential.</summary>
    CredentialVerified,

    /// <summary>Codes may be sent and tried: no limit is used up.</summary>
    CodesAllowed,

    /// <summary>A temporary password, where there is one, still works.</summary>
    TemporaryPasswordGood,

    /// <summary>The last invitation, where there is one, works or was accepted.</summary>
    InvitationGood,

    /// <summary>The last link, where there is one, still works.</summary>
    LinkGood,

    /// <summary>Messages to the patient arrive.</summary>
    MessagesArrive,
}
