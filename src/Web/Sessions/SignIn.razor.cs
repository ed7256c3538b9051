using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Credentials;
using CredentialRules = Portal.Grains.Abstractions.Credentials.Credential;

namespace Portal.Web.Sessions;

/// <summary>The first step of signing in: what the patient signs in with. Says the same whether or not anyone has it.</summary>
public sealed partial class SignIn
{
    [SupplyParameterFromForm(Name = "credential", FormName = "sign-in")] private string? Credential { get; set; }

    [SupplyParameterFromQuery(Name = "returnTo")] private string? ReturnTo { get; set; }

    [SupplyParameterFromQuery(Name = "ended")] private string? Ended { get; set; }

    private bool EarlierCodeGood { get; set; }

    private string Label => (Organisation.Settings.EmailCode, Organisation.Settings.MobileCode) switch
    {
        (true, false) => "Email address or username",
        (false, true) => "Mobile number or username",
        _ => "Email address, mobile number or username",
    };

    private string Hint => $"The one that you have given {Organisation.Name} for signing in";

    private string InputMode => Organisation.Settings.EmailCode ? "email" : "tel";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(ReturnPath.Safe(ReturnTo, Org, At("")));
        else if (Organisation.Settings is { EmailCode: false, MobileCode: false }) Go(At("sign-in/password"));
    }

    private async Task SendCodeAsync()
    {
        if (Gone) return;
        if (CredentialRules.Parse(Credential, Organisation.Country).Value is not { } value)
        {
            Errors.Add("credential", CredentialWording.AtSignIn(Credential));
            return;
        }

        var soonest = AnswerTime.OfRequest();
        var subject = CredentialHash.Subject(Hashes, Org, value.Kind, value.Value);
        // A browser that asks again keeps its secret, so that a code sent before stays good in it.
        var before = Challenges.Read(Http, Org) is { } known && known.Subject == subject ? known : null;
        var browser = before?.Browser ?? Tokens.New();
        var device = Challenges.Device(Http, Org, browser, subject);
        var outcome = await Grains.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Org, subject)).RequestSignIn(device);
        await soonest;
        switch (outcome)
        {
            case CodeRequestOutcome.OnItsWay sent:
                Challenges.Write(Http, Org, new Challenge
                {
                    Browser = browser,
                    Subject = subject,
                    Masked = CredentialRules.Mask(value),
                    NextAt = sent.NextAt,
                    ReturnTo = ReturnPath.Safe(ReturnTo, Org, ""),
                });
                Go(At("sign-in/code"));
                break;
            case CodeRequestOutcome.TooMany tooMany:
                EarlierCodeGood = tooMany.EarlierCodeGood && before is not null;
                Errors.Add("credential", CodeWording.Several(tooMany.Until, Time.GetUtcNow(), Organisation));
                break;
        }
    }
}
