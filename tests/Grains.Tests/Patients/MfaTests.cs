using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The authenticator app of patients.</summary>
public sealed class MfaTests
{
    [Fact]
    public async Task Once_set_up_its_code_is_asked_for_after_the_first_step_and_each_code_works_once()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        Assert.Equal(10, mfa.Recovery.Distinct().Count());
        Assert.True((await mfa.ViewAsync()).On);
        Assert.Null(await desk.EndOfAsync(mfa.Token)); // the session that set it up goes on
        var first = await mfa.FirstStepAsync();
        Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(first));
        var (next, other) = (Tokens.New(), Tokens.New());
        var code = mfa.Code;
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, code, next));
        Assert.Null(await desk.EndOfAsync(next));
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, code, next)); // the same form again
        Assert.IsType<SignInOutcome.CodeEnded>(await mfa.SecondStepAsync(first, code, other));
        var second = await mfa.FirstStepAsync();
        code = mfa.Code;
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(second, code, other));
        Assert.IsType<MfaOutcome.Wrong>(await mfa.SwitchOffAsync(code));
        Assert.Contains("sign-in.first-step-done(code)", await desk.AuditAsync("sign-in"));
        Assert.Equal(3, (await desk.AuditAsync("sign-in.done")).Count);
        Assert.Contains(await desk.Portal.MailAsync(SignInDesk.AliceEmail), m => m.Subject.Contains("authenticator app"));
    }

    [Fact]
    public async Task Setting_up_ends_the_other_sessions_and_needs_a_fresh_code_and_a_right_one()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var other = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Null(await desk.AsVisitorAsync(() => desk.Session(other).PrepareMfa("set-up")));
        Assert.IsType<MfaOutcome.ProofNeeded>(
            await desk.AsVisitorAsync(() => desk.Session(other).SetUpMfa(new ChangeMfa { Code = "123456", Operation = "set-up" })));
        var token = await desk.SignInAsync("laptop");
        Assert.IsType<MfaOutcome.Wrong>(
            await desk.AsVisitorAsync(() => desk.Session(token).SetUpMfa(new ChangeMfa { Code = "000000", Operation = "set-up" })));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        await MfaDesk.SetUpAsync(desk, "again");
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(other));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once_and_the_patient_is_told()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var first = await mfa.FirstStepAsync();
        var next = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, mfa.Recovery[3].ToUpperInvariant(), next));
        Assert.Equal(9, (await mfa.ViewAsync()).RecoveryCodesLeft);
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var second = await mfa.FirstStepAsync();
        Assert.IsType<SignInOutcome.WrongCode>(await mfa.SecondStepAsync(second, mfa.Recovery[3], Tokens.New()));
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(second, mfa.Recovery[4].Replace("-", " "), Tokens.New()));
        await desk.Portal.SettleAsync();
        Assert.Equal(2, (await desk.Portal.MailAsync(SignInDesk.AliceEmail)).Count(m => m.Subject.StartsWith("A recovery code")));
    }

    [Fact]
    public async Task New_recovery_codes_make_the_old_ones_useless()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        Assert.IsType<MfaOutcome.Wrong>(await mfa.RenewAsync("000000"));
        var renewed = Assert.IsType<MfaOutcome.Done>(await mfa.RenewAsync(mfa.Code)).RecoveryCodes;
        Assert.Empty(renewed.Intersect(mfa.Recovery));
        Assert.Equal(renewed, Assert.IsType<MfaOutcome.Done>(await mfa.RenewAsync(mfa.Code)).RecoveryCodes);
        var first = await mfa.FirstStepAsync();
        Assert.IsType<SignInOutcome.WrongCode>(await mfa.SecondStepAsync(first, mfa.Recovery[0], Tokens.New()));
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, renewed[0], Tokens.New()));
    }

    [Fact]
    public async Task Five_wrong_codes_end_the_sign_in_and_of_many_at_once_five_are_looked_at()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var first = await mfa.FirstStepAsync();
        var guesses = Enumerable.Range(0, 40).Select(n => Task.Run(() => desk.AsVisitorAsync(
            () => desk.Session(first).CompleteSecondFactor(
                new CompleteSecondFactor { Code = $"{n:000000}", NewSession = Tokens.Hash(Tokens.New()) }),
            $"192.0.2.{n + 10}"))).ToArray();
        await desk.Portal.SettleAsync();
        var outcomes = await Task.WhenAll(guesses);
        Assert.Equal(5, outcomes.Count(o => o is SignInOutcome.WrongCode));
        Assert.All(outcomes.Where(o => o is not SignInOutcome.WrongCode), o => Assert.IsType<SignInOutcome.CodeEnded>(o));
        Assert.IsType<SignInOutcome.CodeEnded>(await mfa.SecondStepAsync(first, mfa.Code, Tokens.New()));
    }

    [Fact]
    public async Task Ten_wrong_codes_in_an_hour_are_the_most_over_all_sign_ins()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        for (var round = 0; round < 2; round++)
        {
            var first = await mfa.FirstStepAsync();
            for (var n = 0; n < 5; n++) Assert.IsType<SignInOutcome.WrongCode>(await mfa.SecondStepAsync(first, "000000", Tokens.New()));
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        }

        var third = await mfa.FirstStepAsync();
        Assert.IsType<SignInOutcome.TooMany>(await mfa.SecondStepAsync(third, mfa.Code, Tokens.New()));
        // A browser that has signed Alice in before has a budget of its own: strangers lock nobody out.
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(third, mfa.Code, Tokens.New(), known: true));
    }

    [Fact]
    public async Task Records_are_opened_with_its_code_instead_of_an_emailed_one()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        Assert.IsType<ElevationRequestOutcome.Authenticator>(
            await desk.AsVisitorAsync(() => desk.Session(mfa.Token).RequestElevation(SignInDesk.Browser("phone"))));
        var next = Tokens.New();
        Assert.IsType<ElevateOutcome.Refused>(await ElevateAsync(desk, mfa.Token, "000000", next));
        Assert.IsType<ElevateOutcome.Elevated>(await ElevateAsync(desk, mfa.Token, mfa.Code, next));
        Assert.True(await desk.IsElevatedAsync(next));
    }

    [Fact]
    public async Task An_organisation_may_open_records_to_authenticator_apps_only()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.ChangeAsync(s => s with { MfaForElevation = true });
        var token = await desk.SignInAsync();
        Assert.IsType<ElevationRequestOutcome.AuthenticatorNeeded>(
            await desk.AsVisitorAsync(() => desk.Session(token).RequestElevation(SignInDesk.Browser("phone"))));
        // A code that was sent for another purpose does not open them either.
        await desk.AsVisitorAsync(() => desk.Session(token).RequestProof(SignInDesk.Browser("phone")));
        var refused = Assert.IsType<ElevateOutcome.Refused>(await ElevateAsync(desk, token, await desk.CodeAsync(), Tokens.New()));
        Assert.IsType<SignInOutcome.CodeEnded>(refused.Why);
        Assert.Contains("elevation.refused(authenticator-needed)", await desk.AuditAsync("elevation"));
    }

    [Fact]
    public async Task Who_signed_in_long_ago_proves_themselves_without_opening_records()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.False(await desk.AsVisitorAsync(() => desk.Session(token).HasProvedLately()));
        await desk.AsVisitorAsync(() => desk.Session(token).RequestProof(SignInDesk.Browser("phone")));
        var next = Tokens.New();
        var command = new Elevate { Code = await desk.CodeAsync(), NewSession = Tokens.Hash(next), Device = SignInDesk.Browser("phone") };
        Assert.IsType<ElevateOutcome.Elevated>(await desk.AsVisitorAsync(() => desk.Session(token).Prove(command)));
        Assert.True(await desk.AsVisitorAsync(() => desk.Session(next).HasProvedLately()));
        Assert.False(await desk.IsElevatedAsync(next));
        Assert.Equal(SessionEnd.Superseded, await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.False(await desk.AsVisitorAsync(() => desk.Session(next).HasProvedLately()));
    }

    [Fact]
    public async Task Switching_off_needs_a_last_code_ends_the_other_sessions_and_tells_the_patient()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var first = await mfa.FirstStepAsync();
        var other = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, mfa.Code, other));
        Assert.IsType<MfaOutcome.Wrong>(await mfa.SwitchOffAsync(mfa.Code)); // used at the sign-in
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.IsType<MfaOutcome.Done>(await mfa.SwitchOffAsync(mfa.Code));
        Assert.Null(await desk.EndOfAsync(mfa.Token));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(other));
        await desk.SignInAsync();
        Assert.Contains(await desk.Portal.MailAsync(SignInDesk.AliceEmail), m => m.Subject.EndsWith("was switched off"));
    }

    [Fact]
    public async Task Staff_reset_it_for_who_lost_it_once_they_have_verified_it_with_the_patient()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var alice = desk.Portal.Patient(desk.Alice);
        Assert.Equal(
            ResetMfaOutcome.NotConfirmed,
            await desk.Portal.AsAsync(Cast.Dana(), () => alice.ResetMfa("reset", confirmedWithPatient: false)));
        Assert.Equal(
            ResetMfaOutcome.Done, await desk.Portal.AsAsync(Cast.Dana(), () => alice.ResetMfa("reset", confirmedWithPatient: true)));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(mfa.Token));
        await desk.SignInAsync();
        Assert.Single(await desk.AuditAsync("mfa.reset"));
        foreach (var stranger in new[] { Cast.Priya(), Cast.Charlie, Cast.Patient(desk.Alice) })
        {
            await Assert.ThrowsAsync<DoorRefusedException>(
                () => desk.Portal.AsAsync(stranger, () => alice.ResetMfa("again", confirmedWithPatient: true)));
        }
    }

    [Fact]
    public async Task A_short_password_is_enough_with_it_and_has_to_be_replaced_without_it()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var token = await desk.SignInAsync();
        Assert.IsType<ChangePasswordOutcome.Refused>(await desk.ChangePasswordAsync(token, "quiet-otter", operation: "1"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var mfa = await MfaDesk.SetUpAsync(desk);
        Assert.IsType<ChangePasswordOutcome.Changed>(await desk.ChangePasswordAsync(mfa.Token, "quiet-otter", operation: "2"));
        var first = Tokens.New();
        Assert.IsType<SignInOutcome.SecondFactorNeeded>(await desk.EnterPasswordAsync(first, "quiet-otter"));
        Assert.IsType<SignInOutcome.SignedIn>(await mfa.SecondStepAsync(first, mfa.Code, Tokens.New()));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.IsType<MfaOutcome.Done>(await mfa.SwitchOffAsync(mfa.Code));
        Assert.IsType<SignInOutcome.NewPasswordNeeded>(await desk.EnterPasswordAsync(Tokens.New(), "quiet-otter"));
    }

    [Fact]
    public async Task After_a_temporary_password_the_code_comes_before_the_choice_of_a_new_one()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var made = await desk.MakeTemporaryAsync();
        var (first, next) = (Tokens.New(), Tokens.New());
        Assert.IsType<SignInOutcome.SecondFactorNeeded>(await desk.EnterPasswordAsync(first, made.Password));
        var command = new ChooseNewPassword { Password = PasswordDesk.Good, NewSession = Tokens.Hash(next) };
        Assert.IsType<NewPasswordOutcome.Ended>(await desk.AsVisitorAsync(() => desk.Session(first).ChooseNewPassword(command)));
        Assert.IsType<SignInOutcome.NewPasswordNeeded>(await mfa.SecondStepAsync(first, mfa.Code, Tokens.New()));
        Assert.IsType<NewPasswordOutcome.Done>(await desk.AsVisitorAsync(() => desk.Session(first).ChooseNewPassword(command)));
        Assert.Null(await desk.EndOfAsync(next));
    }

    [Fact]
    public async Task Blocking_between_the_steps_shuts_the_second()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var first = await mfa.FirstStepAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("stolen"));
        Assert.IsType<SignInOutcome.CodeEnded>(await mfa.SecondStepAsync(first, mfa.Code, Tokens.New()));
    }

    [Fact]
    public async Task Neither_secret_nor_recovery_code_is_stored_as_it_is()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var stored = await desk.Portal.Database.ReadAsync(async connection => string.Join(
            '\n', await Dapper.SqlMapper.QueryAsync<string>(connection, $"SELECT CAST(payload AS TEXT) FROM grain_state")));
        Assert.Contains("Alice", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(mfa.Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(mfa.Recovery[0], stored, StringComparison.Ordinal);
        Assert.DoesNotContain(mfa.Recovery[0].Replace("-", ""), stored, StringComparison.Ordinal);
    }

    private static Task<ElevateOutcome> ElevateAsync(SignInDesk desk, string token, string code, string next) => desk.AsVisitorAsync(
        () => desk.Session(token).Elevate(
            new Elevate { Code = code, NewSession = Tokens.Hash(next), Device = SignInDesk.Browser("phone") }));
}
