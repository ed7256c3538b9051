using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

/// <summary>The rules of where a patient's codes go. Only by methods that the organisation has on.</summary>
public static class PatientDestinations
{
    /// <summary>
    /// Whether codes may go to the contact email: there is a username and no sign-in email. A number that is set besides does not change
    /// that, since the organisation may switch its codes off.
    /// </summary>
    public static bool MayGoToContact(PatientState state) =>
        PatientCredentials.Of(state, CredentialKind.Username) is not null && PatientCredentials.Of(state, CredentialKind.Email) is null;

    /// <summary>
    /// Tells the contact address that codes may have gone to until now that they do not any more; the same state where there is none, or
    /// they still do.
    /// </summary>
    /// <param name="state">The patient as they are now.</param>
    /// <param name="before">The contact email as it was.</param>
    /// <param name="operation">Names what changed it.</param>
    public static PatientState OldContactTold(PatientState state, string before, string operation)
    {
        if (before.Length == 0 || (MayGoToContact(state) && state.Contact.Email == before)) return state;
        var notice = new OwedNotice
        {
            Id = $"{MessageKind.OldCredentialNotice}/{operation}",
            Kind = MessageKind.OldCredentialNotice,
            To = before,
            Credential = CredentialKind.Email,
        };
        return state with { Notices = [.. state.Notices, notice] };
    }

    /// <summary>
    /// Where a code for somebody who knows this credential goes: to the address or number itself; for a username to the sign-in email,
    /// else the sign-in mobile, else the contact email, which a family may share. Null where the patient does not have it, or there is
    /// nowhere to send to.
    /// </summary>
    /// <param name="state">The patient.</param>
    /// <param name="id">The patient's id.</param>
    /// <param name="kind">Kind of the credential that was typed.</param>
    /// <param name="hash">Its keyed hash.</param>
    /// <param name="organisation">Its methods and name; null: none, so nothing is sent.</param>
    /// <param name="hashes">Names the budgets of the contact email.</param>
    public static CodeDestination? For(
        PatientState state, string id, CredentialKind kind, string hash, OrganisationView? organisation, KeyedHash hashes)
    {
        if (organisation is null) return null;
        if (PatientCredentials.Of(state, kind) is not { } typed || !KeyedHash.AreEqual(typed.Hash, hash)) return null;
        if (kind != CredentialKind.Username) return To(state, id, typed, organisation.Settings);
        return To(state, id, PatientCredentials.Of(state, CredentialKind.Email), organisation.Settings)
            ?? To(state, id, PatientCredentials.Of(state, CredentialKind.Mobile), organisation.Settings)
            ?? Contact(state, id, organisation, hashes);
    }

    /// <summary>
    /// Where a code for a patient who is known already goes: to a credential that a code has proved before one that none has, to an email
    /// before a number; for a patient who has only a username to the contact email. Null where there is none. Where patients sign in with
    /// passwords only, these codes go by email all the same.
    /// </summary>
    public static CodeDestination? Preferred(PatientState state, string id, OrganisationView? organisation, KeyedHash hashes)
    {
        if (organisation is null || state.Credentials.Count == 0) return null;
        if (organisation.Settings is { EmailCode: false, MobileCode: false })
            organisation = organisation with { Settings = organisation.Settings with { EmailCode = true } };
        return state.Credentials.OrderBy(c => c.VerifiedAt is null).ThenBy(c => c.Kind)
                .Select(c => To(state, id, c, organisation.Settings)).FirstOrDefault(d => d is not null)
            ?? (state.Credentials.All(c => c.Kind == CredentialKind.Username) ? Contact(state, id, organisation, hashes) : null);
    }

    private static CodeDestination? To(PatientState state, string id, BoundCredential? credential, PortalSettings settings)
    {
        var allowed = credential?.Kind switch
        {
            CredentialKind.Email => settings.EmailCode,
            CredentialKind.Mobile => settings.MobileCode,
            _ => false,
        };
        return allowed ? Destination(state, id, credential!.Kind, credential.Value, credential.Hash) : null;
    }

    private static CodeDestination? Contact(PatientState state, string id, OrganisationView organisation, KeyedHash hashes)
    {
        if (!organisation.Settings.EmailCode) return null;
        if (Credential.Parse(CredentialKind.Email, state.Contact.Email, null).Value is not { Value: var address }) return null;
        var hash = CredentialHash.Of(hashes, organisation.Slug, CredentialKind.Email, address);
        return Destination(state, id, CredentialKind.Email, address, hash);
    }

    private static CodeDestination Destination(PatientState state, string id, CredentialKind kind, string address, string hash) => new()
    {
        Patient = id,
        Sms = kind == CredentialKind.Mobile,
        Address = address,
        Standing = PatientAccess.Standing(state).Kind,
        Subject = GrainKeys.Subject(kind, hash),
    };
}
