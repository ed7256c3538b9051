using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Staff;

namespace Portal.Grains.Sessions;

// The way in of staff: a password, then the authenticator, under two keys, so that what a browser held before its second factor is worth
// nothing after it.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<StaffBeginOutcome> BeginStaff(BeginStaffSignIn command)
    {
        var subject = StaffAddress.Subject(hash, Organisation, command.Email);
        if (state.State.Phase != SessionPhase.None)
        {
            var repeated = Session.AwaitsSecondStep(state.State, Now) && state.State.Credential == subject;
            if (!repeated) return StaffBeginOutcome.Wrong;
            await TellUntoldAsync();
            return StaffBeginOutcome.SecondStep;
        }

        if (!await AddressMayVerifyAsync()) return StaffBeginOutcome.TooMany;
        var addressHash = StaffAddress.Hash(hash, Organisation, command.Email);
        var found = await OrganisationGrain.FindStaff(addressHash);
        // An address on no roster takes the same steps, budgets included, against somebody who does not exist.
        var staff = found ?? Nobody(addressHash);
        var verdict = await StaffGrain(staff).CheckPassword(new StaffPassword { Password = command.Password, Device = command.Device });
        var facts = await FactsAsync(PrincipalKind.Staff, staff);
        if (verdict != PasswordVerdict.Right || !facts.InGoodStanding || !facts.PortalOpen)
        {
            var many = verdict == PasswordVerdict.TooMany;
            if (!many) await GuessAlarm.WrongGuess();
            await StaffRefusedAsync(found, many ? "too-many-guesses" : "wrong-password");
            return many ? StaffBeginOutcome.TooMany : StaffBeginOutcome.Wrong;
        }

        var begun = Session.Begin(SignInWay.Password, PrincipalKind.Staff, staff, subject, command.Device, facts, NewSessionId(), Now);
        await WriteAsync(state, begun);
        await TellAsync(SessionNews.Began(begun));
        return StaffBeginOutcome.SecondStep;
    }

    /// <inheritdoc />
    public async Task<SignInOutcome> CompleteStaff(CompleteStaffSignIn command)
    {
        var resumed = WentOnAs(command.NewSession);
        if (!resumed && !Session.AwaitsSecondStep(state.State, Now)) return new SignInOutcome.CodeEnded();
        if (!resumed && await SecondStepRefusalAsync(command) is { } refusal) return refusal;
        var begun = await Other(command.NewSession).Continue(Session.SecondStepDone(state.State, Now));
        if (begun is null) return new SignInOutcome.CodeEnded();
        await EndAsync(SessionEnd.Superseded, command.NewSession);
        return new SignInOutcome.SignedIn
        {
            Subject = begun.Subject,
            ExpiresAt = begun.CreatedAt + SessionLimits.StaffLifetime,
            Credential = begun.Credential,
        };
    }

    /// <summary>The answer where the second step fails; null where the code is right.</summary>
    private async Task<SignInOutcome?> SecondStepRefusalAsync(CompleteStaffSignIn command)
    {
        if (!await AddressMayVerifyAsync()) return TooManyFromAddress();
        var staff = state.State.Subject;
        var facts = await FactsAsync(PrincipalKind.Staff, staff);
        if (!facts.InGoodStanding || facts.Epoch != state.State.Epoch) return new SignInOutcome.CodeEnded();
        var answer = await StaffGrain(staff).CheckTotp(command.Code, command.NewSession);
        switch (answer.Verdict)
        {
            case TotpVerdict.Right:
                return null;
            case TotpVerdict.TooMany:
                await StaffRefusedAsync(staff, "too-many-guesses");
                return new SignInOutcome.TooMany { Until = answer.Until };
            default:
                await GuessAlarm.WrongGuess();
                await StaffRefusedAsync(staff, "wrong-code");
                return new SignInOutcome.WrongCode { TriesLeft = answer.TriesLeft };
        }
    }

    private IGuessAlarmGrain GuessAlarm => GrainFactory.GetGrain<IGuessAlarmGrain>(GrainKeys.ForGuessAlarm(Organisation));

    private Task StaffRefusedAsync(string? staff, string reason) =>
        AuditAsync("staff.sign-in-refused", AuditOutcome.Refused, reason: reason, details: ("staff", staff ?? ""));

    // A few thousand nobodies for each organisation share the addresses that nobody has, so that trying invented ones leaves no end of rows
    // behind.
    private string Nobody(string addressHash) => Ids.Derive("nobody", $"{Organisation}/{addressHash.AsSpan(0, 3)}");
}
