using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Credentials;

namespace Portal.Web.Sessions;

/// <summary>The second step after a temporary password: one of the patient's own choice.</summary>
public sealed partial class SignInNewPassword
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    [SupplyParameterFromForm(Name = "password", FormName = "new-password")] private string? Password { get; set; }

    [SupplyParameterFromForm(Name = "repeated", FormName = "new-password")] private string? Repeated { get; set; }

    private string? Token => PortalCookies.Token(Http, PortalCookies.SecondStep(Http, Org));

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(At(""));
        else if (Token is null) Go(At("sign-in/password"));
    }

    private async Task ChooseAsync()
    {
        if (Token is not { } begun) return;
        if (PasswordWording.Slip(Password, Repeated) is { } slip)
        {
            Errors.Add(slip.Field, slip.Message);
            return;
        }

        // The same password in the same browser is the same operation: a form that is sent again begins no second session.
        var token = Challenges.SessionToken(Org, begun, "new-password", Password!);
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(begun))).ChooseNewPassword(
            new ChooseNewPassword { Password = Password!, NewSession = Tokens.Hash(token) });
        switch (outcome)
        {
            case NewPasswordOutcome.Done done:
                PortalCookies.Remove(Http, PortalCookies.SecondStep(Http, Org));
                Completion.Complete(Http, Org, done.SignedIn, token);
                Go(At(""));
                break;
            case NewPasswordOutcome.Refused refused:
                Errors.Add("password", PasswordWording.Refusal(refused.Why));
                break;
            case NewPasswordOutcome.TryLater:
                Errors.Add("password", "We could not save it just now. Nothing is lost: try again in a minute");
                break;
            default:
                PortalCookies.Remove(Http, PortalCookies.SecondStep(Http, Org));
                Go(At("sign-in/password"));
                break;
        }
    }
}
