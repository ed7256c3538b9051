using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

/// <summary>A change of a credential that one staff member asked for and another has to approve.</summary>
[GenerateSerializer, Alias("portal.CredentialRequest")]
public sealed record CredentialRequest
{
    /// <summary>Names the click that asked and the value; the operation that will carry it out.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Kind of the credential.</summary>
    [Id(1)] public CredentialKind Kind { get; init; }

    /// <summary>Canonical value that is asked for.</summary>
    [Id(2)] public string Value { get; init; } = "";

    /// <summary>The staff member who asked.</summary>
    [Id(3)] public string AskedBy { get; init; } = "";

    /// <summary>When.</summary>
    [Id(4)] public DateTimeOffset AskedAt { get; init; }

    /// <summary>Until when it may be approved.</summary>
    [Id(5)] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether the authenticator app is to be taken off, and no credential changed.</summary>
    [Id(6)] public bool ResetsMfa { get; init; }
}

/// <summary>The rules of requests to change a credential: pure functions of state, command and time.</summary>
public static class CredentialRequests
{
    /// <summary>
    /// Whether a change by staff waits for another: the organisation wants it, and there is somebody's way in to be taken over. A first
    /// credential of a patient who never signed in takes nothing from anybody.
    /// </summary>
    public static bool AreNeeded(PatientState state, OrganisationView? organisation) =>
        organisation is { Settings.SecondApprover: true } && (state.Credentials.Count > 0 || state.LastSignIn is not null);

    /// <summary>
    /// Whether the patient gets in already: has signed in, or has proved a credential. Until then there is nobody whom a way in could be
    /// taken from.
    /// </summary>
    public static bool IsInUse(PatientState state) => state.LastSignIn is not null || state.Credentials.Any(c => c.VerifiedAt is not null);

    /// <summary>
    /// Whether the patient may be invited to this address: where changes wait for a second staff member, only to the email that they sign
    /// in with, since an accepted invitation is a way in.
    /// </summary>
    public static bool MayBeInvited(PatientState state, string addressHash, OrganisationView? organisation) =>
        !AreNeeded(state, organisation) || PatientCredentials.Of(state, CredentialKind.Email)?.Hash == addressHash;

    /// <summary>
    /// Whether clearing a credential would send the codes for the username to an address that they have not gone to: the contact email,
    /// which anybody at the desk can change.
    /// </summary>
    public static bool ClearingMovesCodes(PatientState state, CredentialKind kind) =>
        kind == CredentialKind.Email && PatientCredentials.Of(state, CredentialKind.Username) is not null
        && PatientCredentials.Of(state, kind) is { } email
        && Credential.Parse(kind, state.Contact.Email, null).Value is { } contact && contact.Value != email.Value;

    /// <summary>The request that may be approved now; null: none.</summary>
    public static CredentialRequest? Open(PatientState state, DateTimeOffset now) =>
        state.Request is { } request && now < request.ExpiresAt ? request : null;

    /// <summary>The request as staff see it; null: none.</summary>
    public static CredentialRequestView? View(PatientState state, DateTimeOffset now) => Open(state, now) is not { } request ? null : new()
    {
        Id = request.Id,
        Kind = request.Kind,
        Value = request.Value,
        AskedBy = request.AskedBy,
        AskedAt = request.AskedAt,
        ExpiresAt = request.ExpiresAt,
        ResetsMfa = request.ResetsMfa,
    };

    /// <summary>
    /// Asks, in the place of an older request, and tells the patient. Without a value: to take the authenticator app off.
    /// </summary>
    public static PatientState Ask(PatientState state, string operation, CredentialValue? value, string askedBy, AuditEntry entry)
    {
        var request = new CredentialRequest
        {
            Id = operation,
            Kind = value?.Kind ?? CredentialKind.Email,
            Value = value?.Value ?? "",
            ResetsMfa = value is null,
            AskedBy = askedBy,
            AskedAt = entry.At,
            ExpiresAt = entry.At + CredentialRequestLimits.Lifetime,
        };
        var notice = new OwedNotice { Id = $"{MessageKind.CredentialRequested}/{operation}", Kind = MessageKind.CredentialRequested };
        return (state with { Request = request, Notices = [.. state.Notices, notice] }).Noting(entry);
    }

    /// <summary>Takes the request away.</summary>
    public static PatientState Declined(PatientState state, AuditEntry entry) => (state with { Request = null }).Noting(entry);
}
