using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Kiosk;

/// <summary>The intake form as somebody fills it in: read from what was posted, and checked.</summary>
public static class IntakeForms
{
    /// <summary>What was posted.</summary>
    public static IntakeAnswers Read(IFormCollection form)
    {
        return new IntakeAnswers
        {
            Contact = new ContactDetails
            {
                Email = Text("email"),
                Mobile = Text("mobile"),
                Street = Text("street"),
                Town = Text("town"),
                PostalCode = Text("postcode"),
            },
            Allergies = Text("allergies"),
            Medication = Text("medication"),
            Consent = form["consent"] == "true",
        };

        string Text(string name) => form[name].ToString().Trim();
    }

    /// <summary>Says beside each field what is wrong with it.</summary>
    public static void Check(IntakeAnswers answers, FormErrors errors)
    {
        if (answers.Contact.Email.Length > 0 && Credential.Parse(CredentialKind.Email, answers.Contact.Email, null).Value is null)
            errors.Add("email", "Enter an email address like name@example.org, or leave it empty");
        foreach (var (field, text) in Lines(answers))
        {
            if (text.Length > RegisterPatient.MaxText) errors.Add(field, $"Use at most {RegisterPatient.MaxText} characters");
            else if (!PlainText.IsShowable(text)) errors.Add(field, "Use letters, digits and signs only: something in it can't be seen");
        }

        foreach (var (field, text) in new[] { ("allergies", answers.Allergies), ("medication", answers.Medication) })
        {
            if (text.Length > IntakeLimits.MaxAnswer) errors.Add(field, $"Use at most {IntakeLimits.MaxAnswer} characters");
            else if (text.Split('\n').Any(line => !PlainText.IsShowable(line.TrimEnd('\r'))))
                errors.Add(field, "Use letters, digits and signs only: something in it can't be seen");
        }

        if (!answers.Consent) errors.Add("consent", "Tick the box to hand the form in");
    }

    private static IEnumerable<(string Field, string Text)> Lines(IntakeAnswers answers) =>
    [
        ("email", answers.Contact.Email), ("mobile", answers.Contact.Mobile), ("street", answers.Contact.Street),
        ("town", answers.Contact.Town), ("postcode", answers.Contact.PostalCode),
    ];
}
