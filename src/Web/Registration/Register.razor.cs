using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Registration;

/// <summary>The form of somebody new. Says the same whether or not anyone has the address, and looks nobody up.</summary>
public sealed partial class Register
{
    [Inject] private KeyedHash Hashes { get; set; } = null!;

    private RegistrationForm Form { get; set; } = new();

    private bool Sent { get; set; }

    private string Operation => Tokens.LooksValid(Form.Operation) ? Form.Operation : (_operation ??= Tokens.New());

    private string? _operation;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(At(""));
    }

    private async Task SendAsync()
    {
        if (Gone || !Organisation.Settings.Registration) return;
        Form = RegistrationForm.Read(Http.Request.Form);
        var tomorrow = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime.AddDays(1));
        if (Form.Check(Errors, tomorrow) is not { } details) return;
        var due = AnswerTime.OfRequest();
        var token = TokenOf(details);
        var outcome = await Grains.GetGrain<IRegistrationGrain>(GrainKeys.ForRegistration(Org, Tokens.Hash(token))).Submit(
            new SubmitRegistration { Details = details, Consent = Form.Consent, Token = token });
        await due;
        switch (outcome)
        {
            case SubmitOutcome.Sent:
                Sent = true;
                break;
            case SubmitOutcome.TooMany tooMany:
                Errors.Add("email", "There were several registrations with this address, or from where you are. "
                    + $"Look for the link in your mail, or try again {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}");
                break;
            case SubmitOutcome.Invalid:
                Errors.Add("", "Something in the form can't be kept as it is: look for signs that can't be seen");
                break;
        }
    }

    // The same form sent twice has the same link; one that was mended since has another, which replaces it. Nobody can make it without
    // the key.
    private string TokenOf(RegisterPatient details) => Hashes.Base64(
        KeyedHash.Cookie, "registration", Org, Operation, details.GivenName, details.FamilyName, $"{details.BirthDate:O}",
        details.Contact.Email, details.Contact.Mobile, details.Contact.Street, details.Contact.Town, details.Contact.PostalCode);
}
