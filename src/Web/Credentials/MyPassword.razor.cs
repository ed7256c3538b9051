using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Credentials;

/// <summary>The patient's own password: set it, change it. Not there where the organisation has passwords switched off.</summary>
public sealed partial class MyPassword
{
    [SupplyParameterFromForm(Name = "current", FormName = "change")] private string? Current { get; set; }

    [SupplyParameterFromForm(Name = "password", FormName = "change")] private string? Password { get; set; }

    [SupplyParameterFromForm(Name = "repeated", FormName = "change")] private string? Repeated { get; set; }

    [SupplyParameterFromForm(Name = "operation", FormName = "change")] private string? Sent { get; set; }

    [SupplyParameterFromQuery(Name = "saved")] private string? Saved { get; set; }

    [SupplyParameterFromQuery(Name = "welcome")] private string? Welcome { get; set; }

    private PasswordView View { get; set; } = new();

    private bool NeedsProof { get; set; }

    private bool HasAuthenticator { get; set; }

    private string Operation => Ids.IsValid(Sent) ? Sent! : Ids.New("op");

    private ISessionGrain SessionGrain => Grain<ISessionGrain>(Session.Caller.SessionHash!);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (!Organisation.Settings.Password)
        {
            Go(At("settings"));
            return;
        }

        View = await Grain<IPasswordGrain>(Session.Caller.Subject).View();
        HasAuthenticator = (await Grain<IPatientGrain>(Session.Caller.Subject).Mfa()).On;
        NeedsProof = !await SessionGrain.MayChoosePassword();
    }

    private async Task ChangeAsync()
    {
        if (Gone) return;
        if (NeedsProof && string.IsNullOrEmpty(Current)) Errors.Add("current", "Enter your current password");
        if (PasswordWording.Slip(Password, Repeated) is { } slip) Errors.Add(slip.Field, slip.Message);
        if (Errors.Any) return;
        var outcome = await SessionGrain.ChangePassword(
            new ChangePassword { Password = Password!, Current = Current ?? "", Operation = Operation });
        switch (outcome)
        {
            case ChangePasswordOutcome.Changed:
                Go(Welcome == "1" ? At("") : At("settings/password?saved=1"));
                break;
            case ChangePasswordOutcome.Refused refused:
                Errors.Add("password", PasswordWording.Refusal(refused.Why));
                break;
            case ChangePasswordOutcome.WrongCurrent:
                Errors.Add("current", "That is not your current password");
                break;
            case ChangePasswordOutcome.ProofNeeded:
                NeedsProof = true;
                Errors.Add("current", "Enter your current password");
                break;
            case ChangePasswordOutcome.TooMany tooMany:
                Errors.Add("", $"There were too many tries. Try again {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}");
                break;
            default:
                Go(At("settings"));
                break;
        }
    }
}
