using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>The second step of signing in: the code.</summary>
public sealed partial class SignInCode
{
    [Inject] private SignInCompletion Completion { get; set; } = null!;

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    private Challenge? Current { get; set; }

    private string? Resent { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Current = Challenges.Read(Http, Org) is { Subject.Length: > 0, TokenHash.Length: 0 } challenge ? challenge : null;
        if (Session.Alive is not null) Go(ReturnPath.Safe(Current?.ReturnTo, Org, At("")));
        else if (Current is null) Go(At("sign-in"));
    }

    private async Task SignInAsync()
    {
        if (Current is not { } challenge) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        var soonest = AnswerTime.OfRefusal();
        var token = Challenges.SessionToken(Org, challenge.Browser, challenge.Subject, CodeWording.Digits(Code));
        var device = Challenges.Device(Http, Org, challenge.Browser, challenge.Subject);
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(token))).SignInWithCode(
            new SignInWithCode { Subject = challenge.Subject, Code = typed, Device = device });
        if (outcome is not SignInOutcome.SignedIn) await soonest;
        var landing = ReturnPath.Safe(challenge.ReturnTo, Org, At(""));
        if (Completion.Complete(Http, Org, outcome, token, landing) is { } refused) Errors.Add(
            "code", CodeWording.Refusal(refused, Time.GetUtcNow(), Organisation));
        else Go(SignInCompletion.AddressAfter(outcome, Org, landing));
    }

    private async Task ResendAsync()
    {
        if (Current is not { } challenge) return;
        var soonest = AnswerTime.OfRequest();
        var device = Challenges.Device(Http, Org, challenge.Browser, challenge.Subject);
        var outcome = await Grains.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Org, challenge.Subject)).RequestSignIn(device);
        await soonest;
        if (outcome is CodeRequestOutcome.TooMany tooMany)
        {
            Errors.Add("code", $"You can ask for another code {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}");
            return;
        }

        Challenges.Write(Http, Org, challenge);
        Resent = "Another code is on its way. The one before no longer works.";
    }
}
