using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Registration;

/// <summary>What the link in the message opens. Opening it changes nothing, so that mail scanners do no harm; its button does.</summary>
public sealed partial class ConfirmRegistration
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    /// <summary>The token, out of the address.</summary>
    [Parameter] public string Token { get; set; } = "";

    [SupplyParameterFromForm(Name = "operation", FormName = "confirm")] private string? Typed { get; set; }

    private RegistrationPage Page { get; set; } = new();

    // Names this press, so that a second click is the same press.
    private string Operation => Tokens.LooksValid(Typed) ? Typed! : (_operation ??= Tokens.New());

    private string? _operation;

    private string TokenHash { get; set; } = "";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (!Tokens.LooksValid(Token)) return;
        TokenHash = Tokens.Hash(Token);
        Page = await Grains.GetGrain<IRegistrationGrain>(GrainKeys.ForRegistration(Org, TokenHash)).Get();
    }

    private async Task ConfirmAsync()
    {
        if (TokenHash.Length == 0) return;
        var session = Challenges.SessionToken(Org, Operation, TokenHash, "registration");
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(session))).SignInWithRegistration(
            new SignInWithToken { TokenHash = TokenHash, Device = Challenges.Device(Http, Org, "", "") });
        if (outcome is SignInOutcome.RegistrationHeld)
            Go(At("register/received"));
        else if (Completion.Complete(Http, Org, outcome, session, Landing) is { } refused)
            Errors.Add("", CodeWording.Refusal(refused, Time.GetUtcNow(), Organisation));
        else
            Go(SignInCompletion.AddressAfter(outcome, Org, Landing));
    }

    // Where there are codes a password is an offer; where there are none it is needed to come back.
    private string Landing => Organisation.Settings is { Password: true, EmailCode: false }
        ? At("settings/password?welcome=1")
        : At("");
}
