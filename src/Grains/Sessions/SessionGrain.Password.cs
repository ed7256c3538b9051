using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// The way in of patients with a password, and its change. A temporary password leads to a key that is good for choosing another and for
// nothing else, so that what a browser held before is worth nothing after it.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<SignInOutcome> SignInWithPassword(SignInWithPassword command)
    {
        if (await RepeatedAsync(SignInWay.Password, command.Subject) is { } repeated) return repeated;
        if (!GrainKeys.TrySubject(command.Subject, out var kind, out var valueHash)) return new SignInOutcome.WrongPassword();
        var value = valueHash.ToString();
        if (await ClosedAsync() is { } closed) return closed;
        if (await OrganisationGrain.Get() is not { Settings.Password: true }) return new SignInOutcome.PortalDisabled();
        // A credential that nobody holds takes the same steps, budgets included, against somebody who does not exist.
        var holder = await GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, kind, value)).Holder();
        var patient = holder ?? Nobody(value);
        // What is changed or cleared while the password is compared has a newer epoch than what was proved.
        var before = await PatientGrain(patient).Standing();
        var answer = await PasswordGrain(patient).Check(
            new PasswordAttempt
            {
                Password = command.Password,
                KnownDevice = command.Device.Known,
                SecondFactor = before.SecondFactor,
            });
        var holds = await PatientGrain(patient).Holds(kind, value);
        switch (answer)
        {
            case PasswordAnswer.TooMany many:
                return await RefusedAsync(
                    SignInWay.Password, new SignInOutcome.TooMany { Until = many.Until }, "too-many-guesses", holder ?? "");
            case PasswordAnswer.Expired when holder is not null && holds:
                return await RefusedAsync(SignInWay.Password, new SignInOutcome.PasswordExpired(), "password-expired", patient);
            case PasswordAnswer.Right right when holder is not null && holds:
                var way = right.MustChange ? SignInWay.TemporaryPassword : SignInWay.Password;
                return await BeginAsync(way, patient, command.Subject, command.Subject, command.Device, epoch: before.Epoch);
            default:
                await GuessAlarm.WrongGuess();
                return await RefusedAsync(SignInWay.Password, new SignInOutcome.WrongPassword(), "wrong-password", holder ?? "");
        }
    }

    /// <inheritdoc />
    public async Task<NewPasswordOutcome> ChooseNewPassword(ChooseNewPassword command)
    {
        if (!Tokens.IsHash(command.NewSession)) return new NewPasswordOutcome.Ended();
        var resumed = WentOnAs(command.NewSession);
        var waits = Session.AwaitsSecondStep(state.State, Now) && state.State is { Way: SignInWay.TemporaryPassword, AwaitsFactor: false };
        if (!resumed && !waits) return new NewPasswordOutcome.Ended();
        var facts = await FactsAsync(PrincipalKind.Patient, state.State.Subject);
        if (!facts.InGoodStanding || !facts.PortalOpen) return new NewPasswordOutcome.Ended();
        var outcome = await PasswordGrain(state.State.Subject).Choose(
            new ChoosePassword
            {
                Password = command.Password,
                Operation = $"first-{command.NewSession}",
                // The sessions were ended in between: by this very choice, whose answer was lost, or by somebody who wants nobody in.
                OnlyAgain = facts.Epoch != state.State.Epoch,
            });
        if (outcome is not ChoosePasswordOutcome.Chosen chosen)
        {
            return outcome switch
            {
                ChoosePasswordOutcome.Refused refused => new NewPasswordOutcome.Refused { Why = refused.Why },
                ChoosePasswordOutcome.TooMany => new NewPasswordOutcome.TryLater(),
                _ => new NewPasswordOutcome.Ended(),
            };
        }

        var next = Session.NewPasswordChosen(state.State, chosen.EndedEpoch, Now);
        if (await Other(command.NewSession).Continue(next) is not { } begun) return new NewPasswordOutcome.Ended();
        await EndAsync(SessionEnd.Superseded, command.NewSession);
        return new NewPasswordOutcome.Done
        {
            SignedIn = new SignInOutcome.SignedIn
            {
                Subject = begun.Subject,
                ExpiresAt = begun.CreatedAt + SessionLimits.PatientLifetime,
                Credential = begun.Credential,
            },
        };
    }

    /// <inheritdoc />
    public async Task<bool> MayChoosePassword()
    {
        var (facts, end) = await JudgeAsync();
        return facts is not null && end is null && Session.IsFresh(state.State, facts, Now);
    }

    /// <inheritdoc />
    public async Task<ChangePasswordOutcome> ChangePassword(ChangePassword command)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null || state.State.Kind != PrincipalKind.Patient) return new ChangePasswordOutcome.Ended();
        if (!await AddressMayVerifyAsync()) return new ChangePasswordOutcome.TooMany { Until = TooManyFromAddress().Until };
        var fresh = Session.IsFresh(state.State, facts, Now);
        if (!fresh && command.Current.Length == 0) return new ChangePasswordOutcome.ProofNeeded();
        var outcome = await PasswordGrain(state.State.Subject).Choose(new ChoosePassword
        {
            Password = command.Password,
            Operation = command.Operation,
            Current = fresh ? null : command.Current,
        });
        switch (outcome)
        {
            case ChoosePasswordOutcome.Chosen chosen:
                var epoch = Session.EpochAfter(state.State, chosen.EndedEpoch);
                if (epoch != state.State.Epoch) await WriteAsync(state, state.State with { Epoch = epoch });
                return new ChangePasswordOutcome.Changed();
            case ChoosePasswordOutcome.Refused refused:
                return new ChangePasswordOutcome.Refused { Why = refused.Why };
            case ChoosePasswordOutcome.WrongCurrent:
                await AuditAsync("password.refused", Abstractions.Audit.AuditOutcome.Refused, state.State.Subject, "wrong-password");
                return new ChangePasswordOutcome.WrongCurrent();
            case ChoosePasswordOutcome.TooMany many:
                return new ChangePasswordOutcome.TooMany { Until = many.Until };
            default:
                return new ChangePasswordOutcome.Ended();
        }
    }

    private IPasswordGrain PasswordGrain(string patient) =>
        GrainFactory.GetGrain<IPasswordGrain>(GrainKeys.ForPassword(Organisation, patient));
}
