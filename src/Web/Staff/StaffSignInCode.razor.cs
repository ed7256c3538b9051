using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Staff;

/// <summary>The second step of a staff sign-in: the authenticator code.</summary>
public sealed partial class StaffSignInCode
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    private string? Token => PortalCookies.Token(Http, PortalCookies.StaffSecondStep(Http, Org));

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(At("staff/patients"));
        else if (Token is null) Go(At("staff/sign-in"));
    }

    private async Task CompleteAsync()
    {
        if (Token is not { } begun) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        var challenge = Challenges.Read(Http, Org, ChallengeOf.Staff) is { } found && found.TokenHash == Tokens.Hash(begun)
            ? found
            : new Challenge();
        var token = Challenges.SessionToken(Org, begun, "staff", CodeWording.Digits(Code));
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(begun))).CompleteStaff(
            new CompleteStaffSignIn
            {
                Code = typed,
                NewSession = Tokens.Hash(token),
                Device = Challenges.Device(Http, Org, "", challenge.Subject),
            });
        if (outcome is SignInOutcome.SignedIn signedIn)
        {
            PortalCookies.Set(Http, PortalCookies.Staff(Http, Org), token, signedIn.ExpiresAt);
            PortalCookies.Remove(Http, PortalCookies.StaffSecondStep(Http, Org));
            Challenges.Forget(Http, Org, ChallengeOf.Staff);
            Challenges.Remember(Http, Org, challenge.Subject);
            Go(ReturnPath.Safe(challenge.ReturnTo, Org, At("staff/patients")));
            return;
        }

        if (outcome is SignInOutcome.CodeEnded) Go(At("staff/sign-in?ended=expired"));
        else Errors.Add(
            "code", outcome is SignInOutcome.WrongCode
            ? "That code is not right. Wait for the next one, and check that your phone's clock is right"
            : CodeWording.Refusal(outcome, Time.GetUtcNow(), Organisation));
    }
}
