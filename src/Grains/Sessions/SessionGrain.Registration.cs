using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// The way in of somebody who has registered online: the link proves the address, so no code is asked for.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<SignInOutcome> SignInWithRegistration(SignInWithToken command)
    {
        if (await RepeatedAsync(SignInWay.Registration, command.TokenHash) is { } repeated) return repeated;
        if (!Tokens.IsHash(command.TokenHash)) return new SignInOutcome.TokenEnded();
        if (await ClosedAsync() is { } closed) return closed;
        var registration = GrainFactory.GetGrain<IRegistrationGrain>(GrainKeys.ForRegistration(Organisation, command.TokenHash));
        return await registration.Confirm(TokenHash) switch
        {
            RegistrationVerdict.Registered r =>
                await BeginAsync(SignInWay.Registration, r.Patient, r.Credential, command.TokenHash, command.Device),
            RegistrationVerdict.Held => new SignInOutcome.RegistrationHeld(),
            RegistrationVerdict.TryAgain => new SignInOutcome.TryAgain(),
            _ => await RefusedAsync(SignInWay.Registration, new SignInOutcome.TokenEnded(), "token-ended"),
        };
    }
}
