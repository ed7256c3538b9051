using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Patients;

namespace Portal.Grains.Import;

/// <summary>Somebody on file, as far as it takes to know them again.</summary>
/// <param name="Patient">The id.</param>
/// <param name="SortKey">The folded name: see <see cref="PatientWords.SortKey"/>.</param>
/// <param name="BirthDate">Date of birth.</param>
/// <param name="Email">Contact email.</param>
/// <param name="Phone">Contact number as written.</param>
public sealed record OnFile(string Patient, byte[] SortKey, DateOnly BirthDate, string Email, string Phone);

/// <summary>
/// Who is the same person: the same id of the other system; or the same name, letter case and accents apart, the same date of birth, and
/// an email or telephone number in common. Where neither has any contact, name and date of birth have to do.
/// </summary>
public static class ImportMatch
{
    /// <summary>What somebody is known again by; any one in common is enough.</summary>
    public static IReadOnlyList<string> Keys(RegisterPatient patient, string? country)
    {
        List<string> keys = [];
        if (patient.ExternalId.Length > 0) keys.Add(External(patient.ExternalId));
        var contact = patient.Contact;
        var person = Person(PatientWords.SortKey(patient.FamilyName, patient.GivenName), patient.BirthDate);
        keys.AddRange(Contacts([contact.Email], [contact.Mobile, contact.HomePhone], country).Select(c => $"{person}|{c}"));
        return keys;
    }

    /// <summary>The same of somebody on file, whose id in the other system is looked up apart.</summary>
    public static IReadOnlyList<string> Keys(OnFile patient, string? country)
    {
        var person = Person(patient.SortKey, patient.BirthDate);
        return [.. Contacts([patient.Email], [patient.Phone], country).Select(c => $"{person}|{c}")];
    }

    /// <summary>The key of an id of the other system.</summary>
    public static string External(string id) => $"id|{id.Trim()}";

    /// <summary>A key in eight bytes, to be kept for each row of a large file.</summary>
    public static ulong Short(string key) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Person(byte[] sortKey, DateOnly birth) =>
        $"{Convert.ToHexStringLower(sortKey)}|{birth.DayNumber.ToString(CultureInfo.InvariantCulture)}";

    private static List<string> Contacts(string[] emails, string[] numbers, string? country)
    {
        List<string> contacts =
        [
            .. emails.Where(e => e.Length > 0).Select(e => "e:" + e.Trim().ToLowerInvariant()),
            .. numbers.Where(n => n.Any(char.IsAsciiDigit)).Select(n => "t:" + Digits(n, country)),
        ];
        return contacts.Count > 0 ? contacts : ["none"];
    }

    private static string Digits(string number, string? country) =>
        string.Concat((Credential.Parse(CredentialKind.Mobile, number, country).Value?.Value ?? number).Where(char.IsAsciiDigit));
}
