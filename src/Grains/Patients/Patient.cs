using System.Text;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>The rules of who a patient is: registration, and what others see.</summary>
public static class Patient
{
    /// <summary>Nobody on file was born earlier. Source: <see cref="RegisterPatient.BirthDate"/>.</summary>
    public static readonly DateOnly EarliestBirth = new(1900, 1, 1);

    /// <summary>
    /// Whether the patient can be put on file: both names are there, nothing is longer than <see cref="RegisterPatient.MaxText"/> or has
    /// characters that cannot be stored or seen, and the birth date can be. Somewhere it is a day later than in UTC.
    /// </summary>
    public static bool IsValid(RegisterPatient command, DateTimeOffset now)
    {
        var contact = command.Contact;
        string[] texts =
        [
            command.GivenName, command.FamilyName, contact.Email, contact.Mobile, contact.HomePhone, contact.Street, contact.Town,
            contact.PostalCode,
        ];
        return texts.All(IsText)
            && !string.IsNullOrWhiteSpace(command.GivenName) && !string.IsNullOrWhiteSpace(command.FamilyName)
            && command.BirthDate >= EarliestBirth && command.BirthDate <= DateOnly.FromDateTime(now.UtcDateTime.AddDays(1));
    }

    /// <summary>
    /// Puts the patient on file; the same state where somebody is already. Access is off: giving it is a step of its own.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="command">A command that <see cref="IsValid"/>.</param>
    /// <param name="country">The organisation's country, by which national telephone numbers are read.</param>
    public static PatientState Register(PatientState state, RegisterPatient command, string? country)
    {
        if (state.Registered) return state;
        var next = PatientDetails.Written(state, command.GivenName, command.FamilyName, command.BirthDate, command.Contact, country);
        return next with
        {
            Registered = true,
            Origin = command.Origin,
            CaregiverOnly = command.CaregiverOnly,
            ExternalId = command.ExternalId.Trim(),
        };
    }

    /// <summary>The details as the patient and staff see them; null where there is no such patient.</summary>
    public static PatientView? View(PatientState state, string id) => !state.Registered ? null : new PatientView
    {
        Id = id,
        GivenName = state.GivenName,
        FamilyName = state.FamilyName,
        BirthDate = state.BirthDate,
        Contact = state.Contact,
        Access = PatientAccess.State(state),
        CaregiverOnly = state.CaregiverOnly,
        DetailsVersion = state.DetailsVersion,
        Test = state.Test,
        Tags = state.Tags,
        MergedInto = state.MergedInto,
    };

    /// <summary>Everything that decides whether the patient can get in; null where there is no such patient.</summary>
    public static OnlineAccessView? OnlineAccess(PatientState state, string id, DateTimeOffset now) =>
        !state.Registered ? null : new OnlineAccessView
        {
            Patient = View(state, id)!,
            Level = state.Level,
            BlockedAt = state.BlockedAt,
            BlockReason = state.BlockReason,
            Credentials = state.Credentials
            .Select(c => new CredentialView { Kind = c.Kind, Value = c.Value, SetAt = c.SetAt, VerifiedAt = c.VerifiedAt }).ToArray(),
            Missing = PatientAccess.Missing(state),
            LastSignIn = state.LastSignIn,
            ChangeUnderWay = state.Pending is not null,
            Mfa = PatientMfa.View(state),
            CredentialRequest = CredentialRequests.View(state, now),
        };

    /// <summary>The patient as lists show them.</summary>
    public static PatientRow Row(PatientState state, string id) => new()
    {
        Id = id,
        GivenName = state.GivenName,
        FamilyName = state.FamilyName,
        BirthDate = state.BirthDate,
        Email = state.Contact.Email,
        Phone = state.Contact.Mobile.Length > 0 ? state.Contact.Mobile : state.Contact.HomePhone,
        Access = PatientAccess.State(state),
        LastSignIn = state.LastSignIn,
        HasCredential = state.Credentials.Count > 0,
        Credential = state.Credentials.Count == 0 ? PatientCredential.None
            : state.Credentials.Any(c => c.VerifiedAt is not null) ? PatientCredential.Verified
            : PatientCredential.Unverified,
        Invitation = PatientAccess.LastInvitation(state),
        InvitedUntil = state.InvitedUntil,
        Test = state.Test,
        Merged = state.MergedInto.Length > 0,
        Tags = state.Tags,
    };

    /// <summary>The words by which the patient is found, those of tags and practitioners first.</summary>
    public static IReadOnlyList<string> Words(PatientState state, string id) => [
        .. PatientTags.Words(state.Tags), .. PatientTags.PractitionerWords(state.Practitioners), .. PatientWords.OfPatient(
        id,
        [state.GivenName, state.FamilyName],
        [state.Contact.Email, .. state.Credentials.Where(c => c.Kind != CredentialKind.Mobile).Select(c => c.Value)],
        [.. state.ContactNumbers, .. state.Credentials.Where(c => c.Kind == CredentialKind.Mobile).Select(c => c.Value)],
        state.BirthDate)];

    /// <summary>Whether a text can be stored and shown: not too long, no control characters, no half characters.</summary>
    internal static bool IsText(string text) =>
        text.Length <= RegisterPatient.MaxText && text.EnumerateRunes().All(r => r != Rune.ReplacementChar && !Rune.IsControl(r));
}
