using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.PatientLinks;

/// <summary>What a patient link or its QR code opens. Opening it changes nothing; its buttons do.</summary>
public sealed partial class PatientLink
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    /// <summary>The token, out of the address.</summary>
    [Parameter] public string Token { get; set; } = "";

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    private LinkPage Page { get; set; } = new();

    private Challenge? Current { get; set; }

    private string? Resent { get; set; }

    private string TokenHash { get; set; } = "";

    private IPatientLinkGrain Grain => Grains.GetGrain<IPatientLinkGrain>(GrainKeys.ForPatientLink(Org, TokenHash));

    private string Heading => LinkWording.Heading(Page.Purpose, Labels);

    private string EndedHeading => Page.State switch
    {
        LinkState.Used => "This link was used already",
        LinkState.Expired => "This link has expired",
        LinkState.Revoked => "This link no longer works",
        _ => "We don't know this link",
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (!Tokens.LooksValid(Token)) return;
        TokenHash = Tokens.Hash(Token);
        Page = await Grain.Get();
        Current = Challenges.Read(Http, Org) is { } challenge && challenge.TokenHash == TokenHash ? challenge : null;
    }

    private Task OpenAsync() => AskAsync(new Challenge { Browser = Tokens.New(), TokenHash = TokenHash });

    private async Task ResendAsync()
    {
        if (Current is null) return;
        await AskAsync(Current);
        if (!Errors.Any) Resent = "Another code is on its way. The one before no longer works.";
    }

    private async Task AskAsync(Challenge challenge)
    {
        switch (await Grain.Open(DeviceOf(challenge)))
        {
            case OpenLinkOutcome.Opened { Code: CodeRequestOutcome.TooMany { EarlierCodeGood: false } tooMany }:
                Errors.Add("", CodeWording.Several(tooMany.Until, Time.GetUtcNow(), Organisation));
                break;
            case OpenLinkOutcome.Opened opened:
                Current = challenge with { Masked = opened.MaskedAddress };
                Challenges.Write(Http, Org, Current);
                if (opened.Code is CodeRequestOutcome.TooMany soon)
                    Errors.Add("code",
                        CodeWording.AlreadySent(soon.Until, Time.GetUtcNow(), Organisation));
                break;
            default:
                Page = await Grain.Get();
                break;
        }
    }

    private async Task UseAsync()
    {
        if (Current is not { } challenge) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        var session = Challenges.SessionToken(Org, challenge.Browser, TokenHash, CodeWording.Digits(Code));
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(session))).SignInWithLink(
            new SignInWithToken { TokenHash = TokenHash, Code = typed, Device = DeviceOf(challenge) });
        var landing = At(LinkWording.LandsAt(Page.Purpose, Organisation));
        if (Completion.Complete(Http, Org, outcome, session, landing) is { } refused) Errors.Add(
            "code", CodeWording.Refusal(refused, Time.GetUtcNow(), Organisation));
        else Go(SignInCompletion.AddressAfter(outcome, Org, landing));
    }

    private ClientDevice DeviceOf(Challenge challenge) => Challenges.Device(Http, Org, challenge.Browser, "");
}
