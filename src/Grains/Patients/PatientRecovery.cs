using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

/// <summary>The rules of what a patient's password is judged by, and of the way back in without it.</summary>
public static class PatientRecovery
{
    /// <summary>What a password is judged by; null for a patient who is not on file.</summary>
    public static PasswordFacts? Facts(PatientState state)
    {
        if (!state.Registered) return null;
        var email = PatientCredentials.Of(state, CredentialKind.Email)?.Value;
        return new PasswordFacts
        {
            HasCredential = state.Credentials.Count > 0,
            GivenName = state.GivenName,
            OwnTexts = [state.GivenName, state.FamilyName, state.Contact.Email, state.Contact.PostalCode, state.Contact.Street,
                state.Contact.Mobile, .. state.Credentials.Select(c => c.Value)],
            BirthDate = state.BirthDate,
            SecondFactor = PatientMfa.IsOn(state),
            InUse = CredentialRequests.IsInUse(state),
            Email = email ?? (Credential.Parse(CredentialKind.Email, state.Contact.Email, null).Value?.Value ?? ""),
            Mobile = PatientCredentials.Of(state, CredentialKind.Mobile)?.Value ?? "",
        };
    }

    /// <summary>
    /// The same, with the sign-in email that was asked for, where it and the postal code are this patient's and the patient may use the
    /// portal; else null. Postal codes are compared without spaces, signs and case.
    /// </summary>
    public static PasswordFacts? Recovery(PatientState state, string emailHash, string postalCode)
    {
        var email = PatientCredentials.Of(state, CredentialKind.Email);
        var known = email is not null && KeyedHash.AreEqual(email.Hash, emailHash);
        var (given, kept) = (Canonical(postalCode), Canonical(state.Contact.PostalCode));
        var matches = kept.Length > 0 && KeyedHash.AreEqual(given, kept);
        var welcome = PatientAccess.Standing(state).Kind == StandingKind.Good;
        return known && matches && welcome ? Facts(state)! with { Email = email!.Value } : null;
    }

    private static string Canonical(string postalCode) =>
        new([.. postalCode.Take(RegisterPatient.MaxText).Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}
