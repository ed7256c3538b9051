using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Patients;

/// <summary>A patient's details as somebody types them: read from a form, checked, and shown again as typed.</summary>
public sealed record PatientForm
{
    // Digits of the shortest and the longest telephone number: ITU-T E.164 allows 15; short ones are national.
    private const int FewestDigits = 5, MostDigits = 15;

    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);

    /// <summary>Given name.</summary>
    public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    public DateParts Birth { get; init; }

    /// <summary>Contact details.</summary>
    public ContactDetails Contact { get; init; } = new();

    /// <summary>Tags, parted by commas.</summary>
    public string Tags { get; init; } = "";

    /// <summary>The details on file.</summary>
    public static PatientForm Of(PatientView patient) => new()
    {
        GivenName = patient.GivenName,
        FamilyName = patient.FamilyName,
        Birth = DateParts.Of(patient.BirthDate),
        Contact = patient.Contact,
        Tags = string.Join(", ", patient.Tags),
    };

    /// <summary>What was posted.</summary>
    public static PatientForm Read(IFormCollection form)
    {
        return new PatientForm
        {
            GivenName = Text("given"),
            FamilyName = Text("family"),
            Birth = new DateParts(form["born.day"], form["born.month"], form["born.year"]),
            Contact = new ContactDetails
            {
                Email = Text("email"),
                Mobile = Text("mobile"),
                HomePhone = Text("phone"),
                Street = Text("street"),
                Town = Text("town"),
                PostalCode = Text("postcode"),
            },
            Tags = Text("tags"),
        };

        string Text(string name) => form[name].ToString().Trim();
    }

    /// <summary>Says beside each field what is wrong with it; the date of birth.</summary>
    public DateOnly Check(FormErrors errors, DateOnly today)
    {
        Name("given", GivenName, "Enter the given name");
        Name("family", FamilyName, "Enter the family name");
        if (!Birth.TryRead(out var born)) errors.Add("born", "Enter the date of birth as day, month and year");
        else if (born > today) errors.Add("born", "The date of birth is in the future");
        else if (born < EarliestBirth) errors.Add("born", $"The date of birth is before {EarliestBirth.Year}");
        Plain("email", Contact.Email);
        if (Contact.Email.Length > 0 && Credential.Parse(CredentialKind.Email, Contact.Email, null).Value is null)
            errors.Add("email", "Enter an email address like name@example.org, or leave it empty");
        Number("mobile", Contact.Mobile);
        Number("phone", Contact.HomePhone);
        Plain("street", Contact.Street);
        Plain("town", Contact.Town);
        Plain("postcode", Contact.PostalCode);
        return born;

        void Name(string field, string value, string missing)
        {
            if (value.Length == 0) errors.Add(field, missing);
            Plain(field, value);
        }

        void Number(string field, string value)
        {
            Plain(field, value);
            var digits = value.Count(char.IsAsciiDigit);
            if (value.Length > 0 && (digits is < FewestDigits or > MostDigits || value.Any(char.IsLetter)))
                errors.Add(field, "Enter a telephone number in digits, such as 07700 900123, or leave it empty");
        }

        void Plain(string field, string value)
        {
            if (value.Length > RegisterPatient.MaxText) errors.Add(field, $"Use at most {RegisterPatient.MaxText} characters");
            else if (!PlainText.IsShowable(value)) errors.Add(field, "Use letters, digits and signs only: something in it can't be seen");
        }
    }
}
