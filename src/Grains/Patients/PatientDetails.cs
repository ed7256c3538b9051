using System.Text;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>The rules of a patient's details: what can be on file, how it is written, and how it is changed by several at once.</summary>
public static class PatientDetails
{
    /// <summary>The details of a form, in the state. Texts are tidied; numbers are read by the organisation's country.</summary>
    public static PatientState Written(
        PatientState state, string givenName, string familyName, DateOnly birthDate, ContactDetails contact, string? country) => state with
        {
            GivenName = Tidied(givenName),
            FamilyName = Tidied(familyName),
            BirthDate = birthDate,
            Contact = new ContactDetails
            {
                Email = Tidied(contact.Email),
                Mobile = Tidied(contact.Mobile),
                HomePhone = Tidied(contact.HomePhone),
                Street = Tidied(contact.Street),
                Town = Tidied(contact.Town),
                PostalCode = Tidied(contact.PostalCode),
            },
            ContactNumbers =
            [
                .. new[] { contact.Mobile, contact.HomePhone }.Where(n => !string.IsNullOrWhiteSpace(n)).Select(n => Digits(n, country)),
            ],
        };

    /// <summary>
    /// Changes the details. The same operation again changes nothing. Refused where somebody else was quicker, and, unless that is wanted,
    /// where it takes away what access needs; where it is wanted, access and all ways in end with it. A contact email that codes go to is
    /// changed as a credential is: the old address is told and the sessions end, and it is refused where somebody else has to approve that.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The patient's id.</param>
    /// <param name="command">The form.</param>
    /// <param name="country">The organisation's country, by which national telephone numbers are read.</param>
    /// <param name="entry">Says that the details were changed.</param>
    /// <param name="accessEntry">Says that access was taken, where it is.</param>
    /// <param name="now">Judges the birth date.</param>
    /// <param name="approvals">Whether a second staff member approves changes of how this patient signs in.</param>
    public static (EditOutcome Outcome, PatientState State) Edit(
        PatientState state, string id, EditPatient command, string? country, AuditEntry entry, AuditEntry accessEntry, DateTimeOffset now,
        bool approvals = false)
    {
        if (!PatientMerge.IsHere(state)) return (new EditOutcome.Unknown(), state);
        if (state.LastEdit == command.Operation) return (new EditOutcome.Saved(), state);
        if (state.Merge is not null) return (new EditOutcome.Busy(), state);
        if (!IsValid(command, now)) return (new EditOutcome.Invalid(), state);
        if (command.Version != state.DetailsVersion) return (new EditOutcome.Stale { Current = Patient.View(state, id)! }, state);
        var next = Written(state, command.GivenName, command.FamilyName, command.BirthDate, command.Contact, country) with
        {
            Tags = [.. command.Tags.Select(PatientTag.Canonical).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
        };
        var changed = Changed(state, next);
        if (changed.Count == 0) return (new EditOutcome.Saved(), state);
        var movesCodes = next.Contact.Email != state.Contact.Email && PatientDestinations.MayGoToContact(state);
        if (movesCodes && approvals) return (new EditOutcome.NeedsApproval(), state);
        var missing = state.Level == AccessLevel.CanAccess ? PatientAccess.Missing(next) : [];
        if (missing.Count > 0 && !command.EndAccess) return (new EditOutcome.EndsAccess { Missing = missing }, state);
        var said = entry with { Details = new Dictionary<string, string> { ["fields"] = string.Join(' ', changed) } };
        next = next with { DetailsVersion = state.DetailsVersion + 1, LastEdit = command.Operation };
        if (movesCodes)
            next = PatientDestinations.OldContactTold(PatientAccess.SessionsEnded(next, entry.At), state.Contact.Email, command.Operation);
        return (new EditOutcome.Saved(), missing.Count == 0
            ? PatientAccess.Noted(next, said)
            : PatientAccess.Noted(PatientAccess.WithoutAccess(next, entry.At), said, accessEntry));
    }

    /// <summary>The names of what differs, for the audit log: never the values.</summary>
    public static IReadOnlyList<string> Changed(PatientState before, PatientState after)
    {
        List<string> changed = [];
        Compare("given-name", before.GivenName, after.GivenName);
        Compare("family-name", before.FamilyName, after.FamilyName);
        Compare("birth-date", before.BirthDate, after.BirthDate);
        Compare("email", before.Contact.Email, after.Contact.Email);
        Compare("mobile", before.Contact.Mobile, after.Contact.Mobile);
        Compare("home-phone", before.Contact.HomePhone, after.Contact.HomePhone);
        Compare("street", before.Contact.Street, after.Contact.Street);
        Compare("town", before.Contact.Town, after.Contact.Town);
        Compare("postal-code", before.Contact.PostalCode, after.Contact.PostalCode);
        if (!before.Tags.SequenceEqual(after.Tags)) changed.Add("tags");
        return changed;

        void Compare<T>(string name, T one, T other)
        {
            if (!EqualityComparer<T>.Default.Equals(one, other)) changed.Add(name);
        }
    }

    /// <summary>Makes a test patient of one, or no longer. The same state where it is so already, or there is no such patient.</summary>
    public static PatientState SetTest(PatientState state, bool test, AuditEntry entry) =>
        !state.Registered || state.Test == test ? state : PatientAccess.Noted(state with { Test = test }, entry);

    /// <summary>
    /// Says who may be booked online; null: all practitioners. Who is not on the roster as one is left out. The same state where it is so
    /// already.
    /// </summary>
    public static PatientState SetPractitioners(
        PatientState state, IReadOnlyList<string>? wanted, IReadOnlyList<string> roster, AuditEntry entry)
    {
        if (!state.Registered) return state;
        IReadOnlyList<string>? next = wanted is null
            ? null
            : [.. wanted.Where(roster.Contains).Distinct().Order(StringComparer.Ordinal).Take(PatientTags.MostPractitioners)];
        var same = next is null ? state.Practitioners is null : state.Practitioners?.SequenceEqual(next) == true;
        return same ? state : PatientAccess.Noted(state with { Practitioners = next }, entry);
    }

    /// <summary>Whether this practitioner may be booked online by the patient.</summary>
    public static bool MayBook(PatientState state, string practitioner) =>
        state is { Registered: true, MergedInto: "" } && (state.Practitioners is null || state.Practitioners.Contains(practitioner));

    /// <summary>The digits of a number, with the country code where it is known.</summary>
    internal static string Digits(string number, string? country) =>
        string.Concat((Credential.Parse(CredentialKind.Mobile, number, country).Value?.Value ?? number).Where(char.IsAsciiDigit));

    private static bool IsValid(EditPatient command, DateTimeOffset now)
    {
        var details = new RegisterPatient
        {
            GivenName = command.GivenName,
            FamilyName = command.FamilyName,
            BirthDate = command.BirthDate,
            Contact = command.Contact,
        };
        return Patient.IsValid(details, now) && command.Tags.Count <= PatientTag.Most
            && command.Tags.All(tag => PatientTag.Canonical(tag) is not null);
    }

    private static string Tidied(string text) => text.Normalize(NormalizationForm.FormC).Trim();
}
