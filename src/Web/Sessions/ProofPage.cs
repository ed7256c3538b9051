using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Credentials;
using Portal.Web.Shared;
using ElevateCommand = Portal.Grains.Abstractions.Sessions.Elevate;

namespace Portal.Web.Sessions;

/// <summary>
/// What the two pages share on which a signed-in patient shows who they are once more: before records are opened, and before how they sign
/// in is changed. Where there is an authenticator app its code is asked for; else one is sent when its button is pressed, not when the page
/// is opened.
/// </summary>
public abstract class ProofPage : PortalPage
{
    /// <summary>Codes and devices of this browser.</summary>
    [Inject] protected Challenges Challenges { get; set; } = null!;

    /// <summary>What was typed.</summary>
    [SupplyParameterFromForm(Name = "code", FormName = "code")] public string? Code { get; set; }

    /// <summary>Where to go afterwards.</summary>
    [SupplyParameterFromQuery(Name = "returnTo")] public string? ReturnTo { get; set; }

    /// <summary>The challenge of this session; null where no code was asked for.</summary>
    protected Challenge? Current { get; private set; }

    /// <summary>There is nowhere to send a code to.</summary>
    protected bool Unavailable { get; private set; }

    /// <summary>The code of an authenticator app is asked for.</summary>
    protected bool Authenticator { get; private set; }

    /// <summary>An authenticator app is asked for, and there is none.</summary>
    protected bool AuthenticatorNeeded { get; private set; }

    /// <summary>Says so before anything is asked.</summary>
    protected void NeedsAuthenticator() => AuthenticatorNeeded = true;

    /// <summary>The page to land on unless another was asked for.</summary>
    protected abstract string Otherwise { get; }

    /// <summary>The page to land on.</summary>
    protected string Landing => ReturnPath.Safe(Current?.ReturnTo ?? ReturnTo, Org, Otherwise);

    /// <summary>What the forms show.</summary>
    protected ProofForms.Shows Shown => new(Unavailable, Authenticator, Current?.Masked, Errors);

    /// <summary>The session.</summary>
    protected ISessionGrain Grain => Grain<ISessionGrain>(Session.Caller.SessionHash ?? "");

    /// <summary>Asks the session to send a code.</summary>
    protected abstract Task<ElevationRequestOutcome> RequestAsync(ClientDevice device);

    /// <summary>Gives the code to the session.</summary>
    protected abstract Task<ElevateOutcome> EnterAsync(ElevateCommand command);

    /// <summary>Whether what the page is for is so already.</summary>
    protected abstract Task<bool> IsDoneAsync();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Current = Challenges.Read(Http, Org) is { } challenge && challenge.TokenHash == Session.Caller.SessionHash ? challenge : null;
        if (await IsDoneAsync()) Go(Landing);
        Authenticator = (await Grain<IPatientGrain>(Session.Caller.Subject).Mfa()).On;
    }

    /// <summary>Sends a code.</summary>
    protected async Task SendAsync()
    {
        // The code is for this session and this browser: the session's own hash stands where invitations and links have theirs.
        var challenge = Current
            ?? new Challenge
            {
                Browser = Tokens.New(),
                TokenHash = Session.Caller.SessionHash ?? "",
                ReturnTo = ReturnPath.Safe(ReturnTo, Org, ""),
            };
        switch (await RequestAsync(Challenges.Device(Http, Org, challenge.Browser, "")))
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
            case ElevationRequestOutcome.Authenticator:
                Authenticator = true;
                break;
            case ElevationRequestOutcome.AuthenticatorNeeded:
                AuthenticatorNeeded = true;
                break;
            default:
                Unavailable = true;
                break;
        }
    }

    /// <summary>Takes the code.</summary>
    protected async Task ProveAsync()
    {
        if (Gone) return;
        if ((Authenticator ? MfaWording.Slip(Code) : CodeWording.Slip(CodeWording.Digits(Code))) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        // With an app there is no challenge: the session's own cookie, which nobody else holds, makes it the same operation.
        var browser = Current?.Browser ?? PortalCookies.Token(Http, PortalCookies.Patient(Http, Org));
        if (browser is null || (!Authenticator && Current is null)) return;
        var typed = CodeWording.Digits(Code).ToLowerInvariant();
        var token = Challenges.SessionToken(Org, browser, Session.Caller.SessionHash ?? "", typed);
        var command = new ElevateCommand
        {
            Code = typed,
            NewSession = Tokens.Hash(token),
            Device = Challenges.Device(Http, Org, browser, ""),
        };
        switch (await EnterAsync(command))
        {
            case ElevateOutcome.Elevated elevated:
                PortalCookies.Set(Http, PortalCookies.Patient(Http, Org), token, elevated.SessionExpiresAt);
                Challenges.Forget(Http, Org);
                Go(Landing);
                break;
            case ElevateOutcome.Refused refused when Authenticator && refused.Why is SignInOutcome.WrongCode { TriesLeft: > 0 }:
                Errors.Add("code", MfaWording.Refusal(refused.Why, recovery: false, Time.GetUtcNow(), Organisation));
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
