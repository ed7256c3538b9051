using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using ElevateCommand = Portal.Grains.Abstractions.Sessions.Elevate;

namespace Portal.Web.Sessions;

/// <summary>A fresh code before clinical records are shown. The page sends it when its button is pressed, not when it is opened.</summary>
public sealed partial class Elevate
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    [SupplyParameterFromQuery(Name = "returnTo")] private string? ReturnTo { get; set; }

    [SupplyParameterFromQuery(Name = "ended")] private string? Ended { get; set; }

    private Challenge? Current { get; set; }

    private bool Unavailable { get; set; }

    private string Landing => ReturnPath.Safe(Current?.ReturnTo ?? ReturnTo, Org, At("records"));

    private ISessionGrain Grain => Grain<ISessionGrain>(Session.Caller.SessionHash ?? "");

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Current = Challenges.Read(Http, Org) is { } challenge && challenge.TokenHash == Session.Caller.SessionHash ? challenge : null;
        if (Session.IsElevated(Time.GetUtcNow())) Go(Landing);
    }

    private async Task SendAsync()
    {
        // The code is for this session and this browser: the session's own hash stands where invitations and links have theirs.
        var challenge = Current
            ?? new Challenge
            {
                Browser = Tokens.New(),
                TokenHash = Session.Caller.SessionHash ?? "",
                ReturnTo = ReturnPath.Safe(ReturnTo, Org, ""),
            };
        switch (await Grain.RequestElevation(Challenges.Device(Http, Org, challenge.Browser, "")))
        {
            case ElevationRequestOutcome.Sent sent:
                Keep(challenge with { Masked = sent.MaskedDestination });
                break;
            case ElevationRequestOutcome.TooMany tooMany:
                if (Current is not null) Keep(challenge with { Masked = tooMany.MaskedDestination });
                Errors.Add(Current is null ? "" : "code", CodeWording.Several(tooMany.Until, Time.GetUtcNow(), Organisation));
                break;
            case ElevationRequestOutcome.SessionEnded ended:
                Go(At($"sign-in?ended={SessionEnds.Name(ended.Reason)}"));
                break;
            default:
                Unavailable = true;
                break;
        }
    }

    private async Task ElevateAsync()
    {
        if (Current is not { } challenge) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        var token = Challenges.SessionToken(Org, challenge.Browser, challenge.TokenHash, CodeWording.Digits(Code));
        var command = new ElevateCommand
        {
            Code = typed,
            NewSession = Tokens.Hash(token),
            Device = Challenges.Device(Http, Org, challenge.Browser, ""),
        };
        switch (await Grain.Elevate(command))
        {
            case ElevateOutcome.Elevated elevated:
                PortalCookies.Set(Http, PortalCookies.Patient(Http, Org), token, elevated.SessionExpiresAt);
                Challenges.Forget(Http, Org);
                Go(Landing);
                break;
            case ElevateOutcome.Refused refused:
                Errors.Add("code", CodeWording.Refusal(refused.Why, Time.GetUtcNow(), Organisation));
                break;
            case ElevateOutcome.SessionEnded ended:
                Go(At($"sign-in?ended={SessionEnds.Name(ended.Reason)}"));
                break;
        }
    }

    private void Keep(Challenge challenge)
    {
        Challenges.Write(Http, Org, challenge);
        Current = challenge;
    }
}
