using System.Collections.Frozen;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// The keys of all grains, in one place: segments joined by <c>/</c>, the organisation first, so that the door filter can
/// check the tenant of every call without knowing the grain. No key holds personal data or a secret.
/// </summary>
public static class GrainKeys
{
    /// <summary>Shortest organisation name in addresses.</summary>
    public const int ShortestOrganisation = 2;

    /// <summary>Longest organisation name in addresses.</summary>
    public const int LongestOrganisation = 40;

    /// <summary>Longest key accepted, in characters; a key of credential or code takes less than 130.</summary>
    public const int Longest = 200;

    // First segments of addresses that are not organisations.
    private static readonly FrozenSet<string> Reserved =
        new[] { "health", "dev", "api", "metrics", "assets", "css", "js", "fonts", "img", "static" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether the text may be an organisation's name in addresses and keys: 2 to 40 of a-z, 0-9 and hyphen, beginning and
    /// ending with a letter or digit, not beginning with 0. Upper case is refused, not folded: an address has one spelling.
    /// </summary>
    public static bool IsOrganisation(ReadOnlySpan<char> slug)
    {
        // Orleans' storage files a key that reads as a hexadecimal number under that number: cafe and 0cafe would share one row.
        if (slug.Length is < ShortestOrganisation or > LongestOrganisation || slug[0] is '-' or '0' || slug[^1] == '-')
        {
            return false;
        }
        foreach (var c in slug)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Whether the name is one of our own addresses (<c>/health</c>, <c>/dev</c>…): no organisation can have it.</summary>
    public static bool IsReservedOrganisation(string slug) => Reserved.Contains(slug);

    /// <summary>Key of the organisation's settings and roster.</summary>
    public static string ForOrganisation(string organisation) => Checked(organisation);

    /// <summary>Key of the organisation's audit log.</summary>
    public static string ForAudit(string organisation) => Checked(organisation);

    /// <summary>Key of a patient.</summary>
    public static string ForPatient(string organisation, string patient) => Join(organisation, patient);

    /// <summary>Key of a patient's clinical record: the same as the patient's.</summary>
    public static string ForClinicalRecord(string organisation, string patient) => Join(organisation, patient);

    /// <summary>Key of a patient's password: the same as the patient's.</summary>
    public static string ForPassword(string organisation, string patient) => Join(organisation, patient);

    /// <summary>Key of who may act for a patient: the same as the patient's.</summary>
    public static string ForRelationships(string organisation, string patient) => Join(organisation, patient);

    /// <summary>Key of whom a person may act for: the same as the person's.</summary>
    public static string ForActingList(string organisation, string person) => Join(organisation, person);

    /// <summary>Key of the way back in for a subject made by <see cref="Subject"/>.</summary>
    public static string ForPasswordRecovery(string organisation, string subject) => Join(organisation, subject);

    /// <summary>Key of a link for choosing a new password, from the hash of its token.</summary>
    public static string ForPasswordReset(string organisation, string tokenHash) => JoinHash(organisation, tokenHash);

    /// <summary>Key of a staff member.</summary>
    public static string ForStaff(string organisation, string staff) => Join(organisation, staff);

    /// <summary>Key of the holder of one email, mobile or username.</summary>
    /// <param name="organisation">The organisation's name.</param>
    /// <param name="kind">Kind of the credential.</param>
    /// <param name="keyedHash">Keyed hash of the canonical value, never the value.</param>
    public static string ForCredential(string organisation, CredentialKind kind, string keyedHash) =>
        string.Concat(Join(organisation, Segment(kind)), "/", CheckedSegment(keyedHash));

    /// <summary>Key of the codes of one credential, all purposes and budgets together.</summary>
    public static string ForOneTimeCode(string organisation, CredentialKind kind, string keyedHash) =>
        Join(organisation, Subject(kind, keyedHash));

    /// <summary>Key of the codes of a subject made by <see cref="Subject"/>.</summary>
    public static string ForOneTimeCode(string organisation, string subject) => Join(organisation, subject);

    /// <summary><c>{kind}.{hash}</c>: names a credential inside one segment.</summary>
    public static string Subject(CredentialKind kind, string keyedHash) => string.Concat(Segment(kind), ".", CheckedSegment(keyedHash));

    /// <summary><c>change.{patient}</c>: the codes by which one patient proves new addresses, whichever they type.</summary>
    public static string ChangeSubject(string patient) => string.Concat("change.", CheckedSegment(patient));

    /// <summary>Key of a session.</summary>
    /// <param name="organisation">The organisation's name.</param>
    /// <param name="tokenHash"><see cref="Tokens.Hash"/> of the session's token.</param>
    public static string ForSession(string organisation, string tokenHash) => JoinHash(organisation, tokenHash);

    /// <summary>Key of an invitation, from the hash of its token.</summary>
    public static string ForInvitation(string organisation, string tokenHash) => JoinHash(organisation, tokenHash);

    /// <summary>Key of a patient link, from the hash of its token.</summary>
    public static string ForPatientLink(string organisation, string tokenHash) => JoinHash(organisation, tokenHash);

    /// <summary>Key of what one client address did.</summary>
    /// <param name="organisation">The organisation's name.</param>
    /// <param name="keyedHash">Keyed hash of the address, never the address.</param>
    public static string ForClientAddress(string organisation, string keyedHash) => Join(organisation, keyedHash);

    /// <summary>Key of an online registration, from the hash of its token.</summary>
    public static string ForRegistration(string organisation, string tokenHash) => JoinHash(organisation, tokenHash);

    /// <summary>Key of the registrations of one address, by a subject made by <see cref="Subject"/>.</summary>
    public static string ForRegistrationDesk(string organisation, string subject) => Join(organisation, subject);

    /// <summary>Key of where people of one birth date are let in.</summary>
    /// <param name="organisation">The organisation's name.</param>
    /// <param name="keyedHash">Keyed hash of the birth date.</param>
    public static string ForRegistrationGate(string organisation, string keyedHash) => Join(organisation, keyedHash);

    /// <summary>Key of a patient's intake forms: the same as the patient's.</summary>
    public static string ForIntakeForms(string organisation, string patient) => Join(organisation, patient);

    /// <summary>Key of the budget of text messages.</summary>
    public static string ForSmsBudget(string organisation) => Checked(organisation);

    /// <summary>Key of the alarm on many wrong guesses.</summary>
    public static string ForGuessAlarm(string organisation) => Checked(organisation);

    /// <summary>The first segment of a key; the whole key when it has only one.</summary>
    public static ReadOnlySpan<char> Organisation(ReadOnlySpan<char> key)
    {
        var slash = key.IndexOf('/');
        return slash < 0 ? key : key[..slash];
    }

    /// <summary>The first segment of a key as text; no allocation when the key has only one.</summary>
    public static string OrganisationOf(string key)
    {
        var slash = key.IndexOf('/');
        return slash < 0 ? key : key[..slash];
    }

    /// <summary>The second segment of a key; empty when there is none.</summary>
    public static ReadOnlySpan<char> Second(ReadOnlySpan<char> key) => Organisation(Rest(key));

    /// <summary>The third segment of a key; empty when there is none.</summary>
    public static ReadOnlySpan<char> Third(ReadOnlySpan<char> key) => Organisation(Rest(Rest(key)));

    /// <summary>
    /// Whether the key is this organisation's. Compares whole segments: <c>river/…</c> is not of <c>riverside</c>,
    /// and an empty organisation owns nothing.
    /// </summary>
    public static bool BelongsTo(ReadOnlySpan<char> key, ReadOnlySpan<char> organisation) =>
        !organisation.IsEmpty && Organisation(key).SequenceEqual(organisation);

    /// <summary>
    /// Whether the key is one this class could have made: a valid organisation first, then at most two segments, none empty,
    /// all of letters, digits, hyphen, dot and underscore. A key from outside that fails this must not reach a grain.
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key)
    {
        if (key.Length > Longest || !IsOrganisation(Organisation(key)))
        {
            return false;
        }
        var segments = 1;
        while (key.Contains('/'))
        {
            key = Rest(key);
            if (!IsSegment(Organisation(key)) || ++segments > 3)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The kind's name in keys: <c>email</c>, <c>mobile</c> or <c>username</c>.</summary>
    public static string Segment(CredentialKind kind) => kind switch
    {
        CredentialKind.Email => "email",
        CredentialKind.Mobile => "mobile",
        CredentialKind.Username => "username",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind named by a segment of a key.</summary>
    public static bool TryKind(ReadOnlySpan<char> segment, out CredentialKind kind)
    {
        (var found, kind) = segment switch
        {
            "email" => (true, CredentialKind.Email),
            "mobile" => (true, CredentialKind.Mobile),
            "username" => (true, CredentialKind.Username),
            _ => (false, default),
        };
        return found;
    }

    /// <summary>Takes a subject made by <see cref="Subject"/> apart.</summary>
    public static bool TrySubject(ReadOnlySpan<char> subject, out CredentialKind kind, out ReadOnlySpan<char> keyedHash)
    {
        var dot = subject.IndexOf('.');
        keyedHash = dot < 0 ? default : subject[(dot + 1)..];
        return TryKind(dot < 0 ? default : subject[..dot], out kind) && IsSegment(keyedHash);
    }

    private static ReadOnlySpan<char> Rest(ReadOnlySpan<char> key)
    {
        var slash = key.IndexOf('/');
        return slash < 0 ? default : key[(slash + 1)..];
    }

    private static bool IsSegment(ReadOnlySpan<char> segment)
    {
        foreach (var c in segment)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }
        return !segment.IsEmpty;
    }

    private static string Join(string organisation, string second) => string.Concat(Checked(organisation), "/", CheckedSegment(second));

    private static string JoinHash(string organisation, string tokenHash) =>
        Tokens.IsHash(tokenHash)
            ? Join(organisation, tokenHash)
            : throw new ArgumentException("Not the hash of a token.", nameof(tokenHash)); // a token itself must never become a key

    private static string Checked(string organisation) =>
        IsOrganisation(organisation) ? organisation : throw new ArgumentException("Not an organisation's name.", nameof(organisation));

    private static string CheckedSegment(string segment) =>
        IsSegment(segment) ? segment : throw new ArgumentException("Not a segment of a key.", nameof(segment));
}
