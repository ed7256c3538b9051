using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Credentials;

namespace Portal.Web.Sessions;

/// <summary>The second step of a patient's sign-in: the code of the authenticator app, or a recovery code.</summary>
public sealed partial class SignInAuthenticator
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    [SupplyParameterFromForm(Name = "recovery", FormName = "recovery")] private string? Recovery { get; set; }

    private string? Token => PortalCookies.Token(Http, PortalCookies.SecondFactor(Http, Org));

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(At(""));
        else if (Token is null) Go(At("sign-in"));
    }

    private Task CompleteAsync()
    {
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is not { } slip) return EnterAsync("code", typed);
        Errors.Add("code", slip);
        return Task.CompletedTask;
    }

    private Task RecoverAsync()
    {
        if (MfaWording.RecoverySlip(Recovery) is not { } slip) return EnterAsync("recovery", Recovery!.Trim());
        Errors.Add("recovery", slip);
        return Task.CompletedTask;
    }

    private async Task EnterAsync(string field, string typed)
    {
        if (Token is not { } begun) return;
        var challenge = Challenges.Read(Http, Org) is { } found && found.TokenHash == Tokens.Hash(begun) ? found : new Challenge();
        // The same code in the same browser is the same operation: a form that is sent again begins no second session.
        var token = Challenges.SessionToken(Org, begun, "authenticator", CodeWording.Digits(typed).ToLowerInvariant());
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(begun))).CompleteSecondFactor(
            new CompleteSecondFactor
            {
                Code = typed,
                NewSession = Tokens.Hash(token),
                Device = Challenges.Device(Http, Org, "", challenge.Subject),
            });
        switch (outcome)
        {
            case SignInOutcome.SignedIn:
                PortalCookies.Remove(Http, PortalCookies.SecondFactor(Http, Org));
                Completion.Complete(Http, Org, outcome, token);
                Go(ReturnPath.Safe(challenge.ReturnTo, Org, At("")));
                break;
            case SignInOutcome.NewPasswordNeeded needed:
                PortalCookies.Remove(Http, PortalCookies.SecondFactor(Http, Org));
                PortalCookies.Set(Http, PortalCookies.SecondStep(Http, Org), begun, needed.Until);
                Go(At("sign-in/new-password"));
                break;
            case SignInOutcome.CodeEnded or SignInOutcome.PortalDisabled:
                PortalCookies.Remove(Http, PortalCookies.SecondFactor(Http, Org));
                Go(At("sign-in?ended=expired"));
                break;
            default:
                Errors.Add(field, MfaWording.Refusal(outcome, field == "recovery", Time.GetUtcNow(), Organisation));
                break;
        }
    }
}
