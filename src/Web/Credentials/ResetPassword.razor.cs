using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Credentials;

/// <summary>What the link for choosing a new password opens. Opening it changes nothing; its button does.</summary>
public sealed partial class ResetPassword
{
    /// <summary>The token, out of the address.</summary>
    [Parameter] public string Token { get; set; } = "";

    [SupplyParameterFromForm(Name = "password", FormName = "reset")] private string? Password { get; set; }

    [SupplyParameterFromForm(Name = "repeated", FormName = "reset")] private string? Repeated { get; set; }

    private bool IsGood { get; set; }

    private IPasswordResetGrain Grain =>
        Grains.GetGrain<IPasswordResetGrain>(GrainKeys.ForPasswordReset(Org, Tokens.Hash(Token)));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => IsGood = Tokens.LooksValid(Token) && await Grain.IsGood();

    private async Task ChooseAsync()
    {
        if (!Tokens.LooksValid(Token)) return;
        if (PasswordWording.Slip(Password, Repeated) is { } slip)
        {
            Errors.Add(slip.Field, slip.Message);
            return;
        }

        switch (await Grain.Use(Password!))
        {
            case ResetOutcome.Done:
                Go(At("sign-in/password?changed=1"));
                break;
            case ResetOutcome.Refused refused:
                Errors.Add("password", PasswordWording.Refusal(refused.Why));
                break;
            case ResetOutcome.TooMany tooMany:
                Errors.Add("password",
                    $"There were too many tries. Try again {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}");
                break;
            default:
                IsGood = false;
                break;
        }
    }
}
