using System.Globalization;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Patients;

namespace Portal.Grains.Import;

/// <summary>Reads a row of a file as the patient it is about, or says what in it cannot be right.</summary>
public static class ImportRow
{
    private static readonly string[] YearFirst =
        ["yyyy-MM-dd", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss"];

    private static readonly string[] DayFirst = ["d/M/yyyy", "d.M.yyyy", "d-M-yyyy", "d MMM yyyy", "d MMMM yyyy", "d-MMM-yyyy"];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "M-d-yyyy", "M.d.yyyy", "MMM d, yyyy", "MMMM d, yyyy", "d-MMM-yyyy"];

    /// <summary>The patient, or the stable name of what is wrong.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="columns">What its columns are.</param>
    /// <param name="country">The organisation's country: in the US the month comes first.</param>
    /// <param name="now">The moment.</param>
    public static (RegisterPatient? Patient, string Problem) Read(
        IReadOnlyList<string> cells, IReadOnlyList<ImportField> columns, string? country, DateTimeOffset now)
    {
        if (cells.Count > columns.Count) return (null, "too-many-cells");
        var (given, family) = Name(cells, columns);
        if (given.Length == 0 || family.Length == 0) return (null, "name");
        var typed = Cell(ImportField.BirthDate);
        if (typed.Length == 0) return (null, "birth-date-missing");
        if (Date(typed, country) is not { } birth) return (null, "birth-date");
        var patient = new RegisterPatient
        {
            GivenName = given,
            FamilyName = family,
            BirthDate = birth,
            Contact = new ContactDetails
            {
                Email = Cell(ImportField.Email),
                Mobile = Cell(ImportField.Mobile),
                HomePhone = Cell(ImportField.HomePhone),
                Street = Cell(ImportField.Street),
                Town = Cell(ImportField.Town),
                PostalCode = Cell(ImportField.PostalCode),
            },
            Origin = PatientOrigin.Imported,
            ExternalId = Cell(ImportField.ExternalId),
        };
        return Problem(patient, country, now) is { } problem ? (null, problem) : (patient, "");

        string Cell(ImportField field) => ImportRow.Cell(cells, columns, field);
    }

    /// <summary>A date as files have them; null where it is none, or has a year of two digits.</summary>
    public static DateOnly? Date(string text, string? country)
    {
        string[] formats = [.. YearFirst, .. country == "US" ? MonthFirst : DayFirst];
        return DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var date)
            ? DateOnly.FromDateTime(date)
            : null;
    }

    private static string? Problem(RegisterPatient patient, string? country, DateTimeOffset now)
    {
        if (patient.BirthDate < Patient.EarliestBirth || patient.BirthDate > DateOnly.FromDateTime(now.UtcDateTime.AddDays(1)))
            return "birth-date-range";
        if (!Patient.IsText(patient.ExternalId)) return "text";
        if (!Patient.IsValid(patient, now)) return "text";
        var email = patient.Contact.Email;
        return email.Length > 0 && Credential.Parse(CredentialKind.Email, email, country).Value is null ? "email" : null;
    }

    private static (string Given, string Family) Name(IReadOnlyList<string> cells, IReadOnlyList<ImportField> columns)
    {
        var (given, family) = (Cell(cells, columns, ImportField.GivenName), Cell(cells, columns, ImportField.FamilyName));
        var full = Cell(cells, columns, ImportField.FullName);
        if (full.Length == 0 || (given.Length > 0 && family.Length > 0)) return (given, family);
        var comma = full.IndexOf(',');
        if (comma >= 0) return (full[(comma + 1)..].Trim(), full[..comma].Trim());
        var blank = full.LastIndexOf(' ');
        return blank < 0 ? ("", full) : (full[..blank].Trim(), full[(blank + 1)..]);
    }

    private static string Cell(IReadOnlyList<string> cells, IReadOnlyList<ImportField> columns, ImportField field)
    {
        for (var i = 0; i < columns.Count && i < cells.Count; i++)
        {
            // Line breaks in quoted addresses are blanks here: no field has lines.
            if (columns[i] == field) return string.Join(' ', cells[i].Split(Breaks, StringSplitOptions.RemoveEmptyEntries)).Trim();
        }

        return "";
    }

    private static readonly char[] Breaks = ['\r', '\n', '\t'];
}
