using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

public sealed class SignInTests
{
    [Fact]
    public async Task Alice_signs_in_with_the_code_from_her_mailbox()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var alive = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token));
        Assert.Equal((PrincipalKind.Patient, PortalFixture.Riverside, desk.Alice),
            (alive.Principal.Kind, alive.Principal.Organisation, alive.Principal.Subject));
        Assert.Equal("Alice", alive.Name);
        Assert.Null(alive.Principal.ElevatedUntil);
        Assert.Equal(["sign-in.done"], await desk.AuditAsync("sign-in"));
        var access = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        Assert.NotNull(access!.Credentials[0].VerifiedAt);
        Assert.NotNull(access.LastSignIn);
    }

    [Fact]
    public async Task The_same_form_sent_again_gets_the_same_session()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var (token, code) = (Tokens.New(), await desk.CodeAsync());
        var first = await desk.EnterAsync(token, code);
        Assert.Equal(first, await desk.EnterAsync(token, code));
        Assert.Equal(["sign-in.done"], await desk.AuditAsync("sign-in"));
    }

    [Fact]
    public async Task A_code_is_worth_nothing_in_another_browser_or_for_another_purpose()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code, browser: "strangers-laptop"));
        var token = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterAsync(token, code));
        await desk.AskAsync();
        var elevate = new Elevate
        {
            Code = await desk.CodeAsync(),
            NewSession = Tokens.Hash(Tokens.New()),
            Device = SignInDesk.Browser("phone")
        };
        var refused = Assert.IsType<ElevateOutcome.Refused>(await desk.AsVisitorAsync(() => desk.Session(token).Elevate(elevate)));
        Assert.IsType<SignInOutcome.CodeEnded>(refused.Why);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_after_ten_minutes()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code));
    }

    [Fact]
    public async Task A_wrong_code_is_told_with_the_tries_left_and_is_in_the_audit_log_with_the_patient()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var wrong = Wrong(await desk.CodeAsync());
        Assert.Equal(new SignInOutcome.WrongCode { TriesLeft = 4 }, await desk.EnterAsync(Tokens.New(), wrong));
        Assert.Equal(new SignInOutcome.WrongCode { TriesLeft = 4 }, await desk.EnterAsync(Tokens.New(), "12345"));
        Assert.Equal(["sign-in.refused(wrong-code)", "sign-in.refused(wrong-code)"], await desk.AuditAsync("sign-in"));
    }

    [Fact]
    public async Task Of_five_hundred_wrong_codes_at_once_five_are_evaluated()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var wrong = Wrong(await desk.CodeAsync());
        var outcomes = await AtOnceAsync(desk, 500, i => desk.EnterAsync(Tokens.New(), wrong, address: $"198.51.{i / 250}.{i % 250}"));
        Assert.Equal(5, outcomes.OfType<SignInOutcome.WrongCode>().Count());
        Assert.Equal(495, outcomes.OfType<SignInOutcome.TooMany>().Count());
    }

    [Fact]
    public async Task Of_five_hundred_guesses_from_one_address_ten_get_past_the_door()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await AtOnceAsync(desk, 500, i => desk.EnterAsync(Tokens.New(), "000000", desk.SubjectOf($"guess{i}@example.org")));
        var refusals = await desk.AuditAsync("sign-in");
        Assert.Equal(10, refusals.Count(a => a == "sign-in.refused(code-ended)"));
        Assert.Single(refusals, a => a == "sign-in.refused(too-many-from-address)");
    }

    [Fact]
    public async Task Of_fifty_right_codes_at_once_one_begins_a_session()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        var tokens = Enumerable.Range(0, 50).Select(_ => Tokens.New()).ToList();
        var outcomes = await AtOnceAsync(desk, 50, i => desk.EnterAsync(tokens[i], code, address: $"198.51.100.{i}"));
        Assert.Single(outcomes.OfType<SignInOutcome.SignedIn>());
        var rows = await desk.Portal.AsAsync(Cast.Dana(), () => desk.List(desk.Alice).List());
        Assert.Single(rows);
    }

    [Fact]
    public async Task A_stranger_who_spends_every_budget_does_not_lock_Alices_own_phone_out()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync(browser: "strangers-laptop", address: "203.0.113.9");
        for (var i = 0; i < 6; i++) await desk.EnterAsync(Tokens.New(), "000000", browser: "strangers-laptop", address: "203.0.113.9");
        Assert.IsType<CodeRequestOutcome.TooMany>(await desk.AskAsync(browser: "strangers-laptop", address: "203.0.113.9"));
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync(known: true));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterAsync(Tokens.New(), await desk.CodeAsync(), known: true));
    }

    [Fact]
    public async Task A_patient_without_access_gets_a_notice_instead_of_a_code()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).SetAccess(AccessLevel.NoAccess));
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync());
        await desk.Portal.SettleAsync();
        var notice = (await desk.Portal.MailAsync(SignInDesk.AliceEmail))[0];
        Assert.DoesNotMatch(@"\b\d{6}\b", notice.Text);
        Assert.Equal(["code.requested(no-access)"], await desk.AuditAsync("code"));
    }

    [Fact]
    public async Task A_patient_blocked_between_code_and_entry_stays_out_and_the_code_is_dead()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var (token, code) = (Tokens.New(), await desk.CodeAsync());
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("lost phone"));
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(token, code));
        Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(token));
        Assert.Equal(["sign-in.refused(code-ended)"], await desk.AuditAsync("sign-in"));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("cleared")]
    public async Task A_code_sent_to_an_address_that_was_taken_away_since_signs_nobody_in(string how)
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await desk.AdmitAsync(desk.Alice, "alice", CredentialKind.Username);
        if (how == "changed") await desk.AdmitAsync(desk.Alice, "new@example.org");
        else await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).ClearCredential(CredentialKind.Email, "clear"));
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code));
        Assert.Equal(["sign-in.refused(credential-gone)"], await desk.AuditAsync("sign-in"));
    }

    [Fact]
    public async Task A_code_asked_for_by_username_ends_with_the_mailbox_it_was_sent_to()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AdmitAsync(desk.Alice, "alice", CredentialKind.Username);
        var subject = CredentialHash.Subject(desk.Hashes, PortalFixture.Riverside, CredentialKind.Username, "alice");
        await desk.AskAsync(subject);
        var code = await desk.CodeAsync();
        await desk.AdmitAsync(desk.Alice, "new@example.org");
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code, subject));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        await desk.AskAsync(subject);
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterAsync(Tokens.New(), await desk.CodeAsync("new@example.org"), subject));
    }

    [Fact]
    public async Task Nothing_is_sent_and_nobody_signs_in_while_the_portal_is_off()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        var before = (await desk.Portal.MailAsync()).Count;
        await SwitchAsync(desk, on: false);
        Assert.IsType<SignInOutcome.PortalDisabled>(await desk.EnterAsync(Tokens.New(), code));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync());
        await desk.Portal.SettleAsync();
        Assert.Equal(before, (await desk.Portal.MailAsync()).Count);
    }

    [Fact]
    public async Task Charlie_cannot_use_a_session_of_another_organisation()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => desk.Session(token).Check(true)));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => desk.List(desk.Alice).List()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie,
            () => desk.Codes(desk.AliceSubject).RequestSignIn(new ClientDevice())));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.AsVisitorAsync(() => desk.List(desk.Alice).List()));
        Assert.Equal(4, (await desk.AuditAsync("door.refused")).Count);
    }

    [Fact]
    public async Task A_hundred_wrong_codes_of_many_patients_set_the_alarm_off()
    {
        await using var desk = await SignInDesk.OpenAsync();
        for (var i = 0; i < 25; i++)
        {
            var (subject, address) = (desk.SubjectOf($"spray{i}@example.org"), $"198.51.100.{i}");
            await desk.AskAsync(subject, address: address);
            for (var guess = 0; guess < 4; guess++) await desk.EnterAsync(Tokens.New(), "000000", subject, address: address);
        }

        Assert.Equal(["guessing.alarm(many-wrong-codes)"], await desk.AuditAsync("guessing"));
        var alarm = desk.Portal.Grains.GetGrain<IGuessAlarmGrain>(GrainKeys.ForGuessAlarm(PortalFixture.Riverside));
        Assert.NotNull(await desk.Portal.AsAsync(Cast.Erin(), () => alarm.LastAlarm()));
    }

    internal static string Wrong(string code) => code == "000000" ? "000001" : "000000";

    internal static async Task<SignInOutcome[]> AtOnceAsync(SignInDesk desk, int count, Func<int, Task<SignInOutcome>> call)
    {
        var outcomes = new SignInOutcome[count];
        await desk.Portal.Silo.RunAsync(async () =>
        {
            var calls = Enumerable.Range(0, count).Select(call).ToArray();
            outcomes = await Task.WhenAll(calls);
        });
        return outcomes;
    }

    internal static Task SwitchAsync(SignInDesk desk, bool on) => desk.Portal.AsAsync(Cast.Erin(), async () =>
    {
        var organisation = desk.Portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
        var settings = await organisation.GetSettings() with { PortalEnabled = on };
        Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(settings));
    });
}
