using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Invitations;

/// <summary>The steps of an invitation, one at a time on the same address.</summary>
public enum InvitationStep
{
    /// <summary>Who they are: the date of birth.</summary>
    Who,

    /// <summary>The code that was sent to the invited address.</summary>
    Code,
}

/// <summary>What the link in an invitation opens. Opening it changes nothing, so that mail scanners do no harm; its buttons do.</summary>
public sealed partial class Invitation
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    /// <summary>The token, out of the address.</summary>
    [Parameter] public string Token { get; set; } = "";

    [SupplyParameterFromForm(Name = "birthDate.day", FormName = "who")] private string? Day { get; set; }

    [SupplyParameterFromForm(Name = "birthDate.month", FormName = "who")] private string? Month { get; set; }

    [SupplyParameterFromForm(Name = "birthDate.year", FormName = "who")] private string? Year { get; set; }

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    private DateParts Typed => new(Day, Month, Year);

    private InvitationPage Page { get; set; } = new();

    private InvitationStep Step { get; set; }

    private string? Resent { get; set; }

    private Challenge? Current { get; set; }

    private string TokenHash { get; set; } = "";

    private IInvitationGrain Grain => Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Org, TokenHash));

    private string EndedHeading => Page.State switch
    {
        InvitationState.Accepted => "You have accepted this invitation",
        InvitationState.Expired => "This invitation has expired",
        InvitationState.Revoked => "This invitation no longer works",
        _ => "We don't know this invitation",
    };

    private string EndedText => Page.State switch
    {
        InvitationState.Accepted => "You can sign in whenever you like.",
        InvitationState.Expired => $"Invitations work for 3 days. Ask {Organisation.Name} to send you a new one.",
        InvitationState.Revoked =>
            $"A newer one may have been sent: look for it in your mail. Otherwise ask {Organisation.Name} to send you a new one.",
        _ => $"Check that the whole address was copied from the message. Otherwise ask {Organisation.Name} to send you a new one.",
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (!Tokens.LooksValid(Token)) return;
        TokenHash = Tokens.Hash(Token);
        Page = await Grain.Get();
        Current = Challenges.Read(Http, Org) is { } challenge && challenge.TokenHash == TokenHash ? challenge : null;
        if (Current is not null) Step = InvitationStep.Code;
    }

    private async Task ConfirmAsync()
    {
        if (!Typed.TryRead(out var birthDate))
        {
            Errors.Add("birthDate", Typed.IsEmpty ? "Enter your date of birth"
                : "Enter your date of birth as day, month and year, for example 27 3 1985");
            return;
        }

        var challenge = new Challenge { Browser = Current?.Browser ?? Tokens.New(), TokenHash = TokenHash };
        await TakeAsync(await Grain.Confirm(birthDate, DeviceOf(challenge)), challenge);
    }

    private async Task ResendAsync()
    {
        if (Current is null) return;
        await TakeAsync(await Grain.ResendCode(DeviceOf(Current)), Current);
        if (!Errors.Any) Resent = "Another code is on its way. The one before no longer works.";
    }

    private async Task TakeAsync(ConfirmOutcome outcome, Challenge challenge)
    {
        switch (outcome)
        {
            case ConfirmOutcome.Confirmed { Code: CodeRequestOutcome.TooMany { EarlierCodeGood: false } tooMany }:
                Errors.Add(Current is null ? "birthDate" : "code", CodeWording.Several(tooMany.Until, Time.GetUtcNow(), Organisation));
                break;
            case ConfirmOutcome.Confirmed confirmed:
                Challenges.Write(Http, Org, challenge);
                Current = challenge;
                Step = InvitationStep.Code;
                if (confirmed.Code is CodeRequestOutcome.TooMany soon)
                    Errors.Add("code",
                        CodeWording.AlreadySent(soon.Until, Time.GetUtcNow(), Organisation));
                break;
            case ConfirmOutcome.WrongBirthDate wrong:
                Errors.Add("birthDate", wrong.TriesLeft > 0
                    ? $"That is not the date of birth that {Organisation.Name} has on file. "
                        + $"You have {Wording.Count(wrong.TriesLeft, "more try", "more tries")}"
                    : $"That is not the date of birth that {Organisation.Name} has on file");
                if (wrong.TriesLeft == 0) Page = await Grain.Get();
                break;
            default:
                Page = await Grain.Get();
                break;
        }
    }

    private async Task AcceptAsync()
    {
        if (Current is not { } challenge) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        var session = Challenges.SessionToken(Org, challenge.Browser, TokenHash, CodeWording.Digits(Code));
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(session))).SignInWithInvitation(
            new SignInWithToken { TokenHash = TokenHash, Code = typed, Device = DeviceOf(challenge) });
        if (Completion.Complete(Http, Org, outcome, session, Landing) is { } refused) Errors.Add(
            "code", CodeWording.Refusal(refused, Time.GetUtcNow(), Organisation));
        else Go(SignInCompletion.AddressAfter(outcome, Org, Landing));
    }

    // Where there are codes a password is an offer; where there are none it is needed to come back.
    private string Landing => Organisation.Settings is { Password: true, EmailCode: false, MobileCode: false }
        ? At("settings/password?welcome=1")
        : At("");

    private ClientDevice DeviceOf(Challenge challenge) => Challenges.Device(Http, Org, challenge.Browser, "");
}
