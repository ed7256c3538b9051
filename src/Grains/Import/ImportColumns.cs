using System.Globalization;
using System.Text;
using Portal.Grains.Abstractions.Onboarding;

namespace Portal.Grains.Import;

/// <summary>Guesses from the names of columns what they are. Staff see the guess and say what is right.</summary>
public static class ImportColumns
{
    // What practice systems and spreadsheets call them, in small letters and digits only; in order of how sure it is.
    private static readonly (ImportField Field, string[] Names)[] Known =
    [
        (ImportField.ExternalId,
        [
            "externalid", "patientid", "patientnumber", "patientno", "chartnumber", "chartno", "mrn", "medicalrecordnumber",
            "recordnumber", "nhsnumber", "clientid", "accountnumber", "identifier", "reference", "ref", "id",
        ]),
        (ImportField.GivenName, ["givenname", "givennames", "firstname", "forename", "forenames", "given", "first", "vorname", "prenom"]),
        (ImportField.FamilyName, ["familyname", "lastname", "surname", "family", "last", "nachname", "nom", "nomdefamille"]),
        (ImportField.BirthDate, ["birthdate", "dateofbirth", "dob", "birthday", "born", "birth", "geburtsdatum", "datedenaissance"]),
        (ImportField.Email, ["email", "emailaddress", "contactemail", "mail", "personalemail"]),
        (ImportField.Mobile,
            ["mobile", "mobilephone", "mobilenumber", "mobileno", "cell", "cellphone", "cellnumber", "handy", "portable", "sms"]),
        (ImportField.HomePhone,
            ["homephone", "hometelephone", "homenumber", "landline", "phone", "telephone", "phonenumber", "telephonenumber", "tel"]),
        (ImportField.Street, ["street", "streetaddress", "addressline1", "address1", "line1", "homeaddress", "address", "strasse"]),
        (ImportField.Town, ["town", "city", "suburb", "locality", "ort", "ville"]),
        (ImportField.PostalCode, ["postalcode", "postcode", "zip", "zipcode", "plz", "codepostal"]),
        (ImportField.FullName, ["fullname", "name", "patientname", "patient", "clientname"]),
    ];

    /// <summary>What each column is taken to be; nothing twice.</summary>
    public static IReadOnlyList<ImportField> Guess(IReadOnlyList<string> header)
    {
        var names = header.Select(Folded).ToArray();
        var columns = new ImportField[header.Count];
        foreach (var (field, known) in Known)
        {
            var hasName = columns.Contains(ImportField.GivenName) && columns.Contains(ImportField.FamilyName);
            if (field == ImportField.FullName && hasName) continue;
            var at = known.Select(name => Array.FindIndex(names, 0, n => n == name && columns[Array.IndexOf(names, n)] == ImportField.None))
                .FirstOrDefault(index => index >= 0, -1);
            if (at >= 0) columns[at] = field;
        }

        return columns;
    }

    private static string Folded(string name) => string.Concat(name.Normalize(NormalizationForm.FormD)
        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark).Where(char.IsLetterOrDigit)
        .Select(char.ToLowerInvariant));
}
