using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Credentials;

/// <summary>What the patient signs in with, and its change: a fresh factor, then a code to the new address.</summary>
public sealed partial class MyCredentials
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [SupplyParameterFromForm(Name = "value", FormName = "new")] private string? Value { get; set; }

    [SupplyParameterFromForm(Name = "code", FormName = "code")] private string? Code { get; set; }

    [SupplyParameterFromForm(Name = "operation", FormName = "code")] private string? Sent { get; set; }

    [SupplyParameterFromQuery(Name = "done")] private string? Done { get; set; }

    private IReadOnlyList<CredentialView> Mine { get; set; } = [];

    private bool Proved { get; set; }

    private Challenge? Current { get; set; }

    private string Operation => Ids.IsValid(Sent) ? Sent! : Ids.New("op");

    private ISessionGrain SessionGrain => Grain<ISessionGrain>(Session.Caller.SessionHash!);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Mine = await Grain<IPatientGrain>(Session.Caller.Subject).MyCredentials();
        Proved = await SessionGrain.HasProvedLately();
        var challenge = Challenges.Read(Http, Org);
        Current = challenge is { Value.Length: > 0 } && challenge.TokenHash == Session.Caller.SessionHash ? challenge : null;
    }

    private async Task SendAsync()
    {
        var parsed = Credential.Parse(Value, Organisation.Country).Value;
        if (parsed is not { Kind: CredentialKind.Email or CredentialKind.Mobile })
        {
            Errors.Add("value", "Enter an email address or a mobile number");
            return;
        }

        var challenge = new Challenge
        {
            Browser = Tokens.New(),
            TokenHash = Session.Caller.SessionHash ?? "",
            Value = parsed.Value,
        };
        switch (await SessionGrain.RequestNewCredential(Command(parsed, challenge)))
        {
            case OwnCredentialOutcome.Sent:
                Challenges.Write(Http, Org, challenge);
                Current = challenge;
                break;
            case OwnCredentialOutcome.Refused { Why: SignInOutcome.TooMany many }:
                Errors.Add("value", CodeWording.Several(many.Until, Time.GetUtcNow(), Organisation));
                break;
            case OwnCredentialOutcome.ProofNeeded:
                Proved = false;
                break;
            default:
                Errors.Add("value", "This can't be used here. Try another address or number");
                break;
        }
    }

    private async Task ChangeAsync()
    {
        if (Current is not { } challenge || Credential.Parse(challenge.Value, Organisation.Country).Value is not { } value) return;
        var typed = CodeWording.Digits(Code);
        if (CodeWording.Slip(typed) is { } slip)
        {
            Errors.Add("code", slip);
            return;
        }

        switch (await SessionGrain.ChangeCredential(Command(value, challenge) with { Code = typed, Operation = Operation }))
        {
            case OwnCredentialOutcome.Changed:
                Challenges.Forget(Http, Org);
                Go(At("settings/credentials?done=1"));
                break;
            case OwnCredentialOutcome.Refused refused:
                Errors.Add("code", CodeWording.Refusal(refused.Why, Time.GetUtcNow(), Organisation));
                break;
            case OwnCredentialOutcome.Taken:
                ForgetChallenge();
                Errors.Add("value", $"Somebody else signs in here with this. Use another, or ask {Organisation.Name}");
                break;
            case OwnCredentialOutcome.ProofNeeded:
                Proved = false;
                break;
            default:
                Go(At("settings"));
                break;
        }
    }

    private void ForgetChallenge()
    {
        Challenges.Forget(Http, Org);
        Current = null;
    }

    private OwnCredential Command(CredentialValue value, Challenge challenge) => new()
    {
        Kind = value.Kind,
        Value = value.Value,
        Device = Challenges.Device(Http, Org, challenge.Browser, ""),
    };
}
