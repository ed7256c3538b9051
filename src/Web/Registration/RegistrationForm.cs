using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Web.Patients;
using Portal.Web.Shared;

namespace Portal.Web.Registration;

/// <summary>What somebody types who registers: read from the form, checked, and shown again as typed.</summary>
public sealed record RegistrationForm
{
    /// <summary>Who they are and where they live.</summary>
    public PatientForm Person { get; init; } = new();

    /// <summary>Whether the clinic may keep and use it.</summary>
    public bool Consent { get; init; }

    /// <summary>Names this form, so that sending it twice is sending it once.</summary>
    public string Operation { get; init; } = "";

    /// <summary>What was posted.</summary>
    public static RegistrationForm Read(IFormCollection form) => new()
    {
        Person = PatientForm.Read(form),
        Consent = form["consent"] == "true",
        Operation = form["operation"].ToString(),
    };

    /// <summary>Says beside each field what is wrong with it; the details where nothing is.</summary>
    public RegisterPatient? Check(FormErrors errors, DateOnly today)
    {
        var contact = Person.Contact;
        // First what is missing: of two messages for one field the first is shown.
        if (Person.GivenName.Length == 0) errors.Add("given", "Enter your given name");
        if (Person.FamilyName.Length == 0) errors.Add("family", "Enter your family name");
        if (Person.Birth.IsEmpty) errors.Add("born", "Enter your date of birth");
        if (Credential.Parse(CredentialKind.Email, contact.Email, null).Value is null)
            errors.Add("email", "Enter your email address, such as name@example.org");
        if (contact.Street.Length == 0) errors.Add("street", "Enter your street and house number");
        if (contact.Town.Length == 0) errors.Add("town", "Enter your town or city");
        if (contact.PostalCode.Length == 0) errors.Add("postcode", "Enter your postal code");
        if (!Consent) errors.Add("consent", "Tick the box if the clinic may keep your details. Without it you can register by phone");
        var others = new FormErrors();
        var born = Person.Check(others, today);
        foreach (var (field, message) in others.All)
        {
            if (errors[field] is null) errors.Add(field, message);
        }

        return errors.Any ? null : new RegisterPatient
        {
            GivenName = Person.GivenName,
            FamilyName = Person.FamilyName,
            BirthDate = born,
            Contact = contact with { HomePhone = "" },
            Origin = PatientOrigin.Online,
        };
    }
}
