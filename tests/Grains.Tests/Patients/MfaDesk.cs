using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>A patient with an authenticator app.</summary>
internal sealed class MfaDesk
{
    private MfaDesk(SignInDesk desk) => Desk = desk;

    public SignInDesk Desk { get; }

    public string Secret { get; private set; } = "";

    public string Token { get; private set; } = "";

    public IReadOnlyList<string> Recovery { get; private set; } = [];

    public string Code => Totp.CodeAt(Secret, Desk.Portal.Clock.GetUtcNow());

    /// <summary>Alice signs in with a code and sets an app up; a minute passes, so that the app shows another code.</summary>
    public static async Task<MfaDesk> SetUpAsync(SignInDesk desk, string operation = "set-up")
    {
        var mfa = new MfaDesk(desk) { Token = await desk.SignInAsync() };
        var secret = await desk.AsVisitorAsync(() => desk.Session(mfa.Token).PrepareMfa(operation));
        Assert.NotNull(secret);
        mfa.Secret = secret.Secret;
        mfa.Recovery = Assert.IsType<MfaOutcome.Done>(await mfa.EnterSetUpAsync(mfa.Code, operation)).RecoveryCodes;
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        return mfa;
    }

    public Task<MfaOutcome> EnterSetUpAsync(string code, string operation = "set-up") => Desk.AsVisitorAsync(
        () => Desk.Session(Token).SetUpMfa(new ChangeMfa { Code = code, Operation = operation }));

    public Task<MfaOutcome> SwitchOffAsync(string code, string operation = "off", string? token = null) => Desk.AsVisitorAsync(
        () => Desk.Session(token ?? Token).SwitchMfaOff(new ChangeMfa { Code = code, Operation = operation }));

    public Task<MfaOutcome> RenewAsync(string code, string operation = "renew") => Desk.AsVisitorAsync(
        () => Desk.Session(Token).RenewRecoveryCodes(new ChangeMfa { Code = code, Operation = operation }));

    /// <summary>The first step of signing in; the token that waits for the second.</summary>
    public async Task<string> FirstStepAsync()
    {
        await Desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1)); // between two codes
        await Desk.AskAsync();
        var token = Tokens.New();
        Assert.IsType<SignInOutcome.SecondFactorNeeded>(await Desk.EnterAsync(token, await Desk.CodeAsync()));
        return token;
    }

    public Task<SignInOutcome> SecondStepAsync(string first, string code, string next, bool known = false) => Desk.AsVisitorAsync(
        () => Desk.Session(first).CompleteSecondFactor(
            new CompleteSecondFactor { Code = code, NewSession = Tokens.Hash(next), Device = SignInDesk.Browser("phone", known) }));

    public Task<MfaView> ViewAsync() => Desk.Portal.AsAsync(Cast.Dana(), () => Desk.Portal.Patient(Desk.Alice).Mfa());
}
