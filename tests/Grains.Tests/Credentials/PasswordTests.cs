using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

public sealed class PasswordTests
{
    [Fact]
    public async Task Alice_chooses_a_password_and_signs_in_with_it()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var here = await desk.ChooseAsync();
        Assert.Equal(PasswordKind.Chosen, (await desk.PasswordViewAsync()).Kind);
        var there = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(there, PasswordDesk.Good));
        Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(there));
        Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(here));
        Assert.Equal(["password.chosen"], await desk.AuditAsync("password"));
        Assert.Contains("was changed", (await desk.Portal.MailAsync(SignInDesk.AliceEmail))[0].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_proves_no_address()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var made = await desk.MakeTemporaryAsync();
        await FirstSignInAsync(desk, made.Password);
        var access = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        Assert.Null(access!.Credentials[0].VerifiedAt);
        Assert.NotNull(access.LastSignIn);
    }

    [Fact]
    public async Task Changing_the_password_ends_every_other_session_and_not_the_one_that_did_it()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var tablet = await desk.SignInAsync("tablet");
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        var phone = await desk.ChooseAsync();
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(tablet));
        Assert.Null(await desk.EndOfAsync(phone));
    }

    [Fact]
    public async Task Choosing_takes_a_fresh_code_or_the_current_password()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(PasswordLimits.FreshSignIn);
        Assert.IsType<ChangePasswordOutcome.ProofNeeded>(await desk.ChangePasswordAsync(token, PasswordDesk.Good));
        Assert.IsType<ChangePasswordOutcome.WrongCurrent>(await desk.ChangePasswordAsync(token, PasswordDesk.Good, current: "a guess"));
        var elevated = await desk.ElevateAsync(token);
        Assert.IsType<ChangePasswordOutcome.Changed>(await desk.ChangePasswordAsync(elevated, PasswordDesk.Good));
        var other = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(other, PasswordDesk.Good));
        Assert.IsType<ChangePasswordOutcome.ProofNeeded>(await desk.ChangePasswordAsync(other, PasswordDesk.Better, operation: "c2"));
        Assert.IsType<ChangePasswordOutcome.Changed>(
            await desk.ChangePasswordAsync(other, PasswordDesk.Better, PasswordDesk.Good, operation: "c3"));
        Assert.Null(await desk.EndOfAsync(other));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(elevated));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("passwordpassword")]
    [InlineData("alice alice alice")]
    public async Task A_password_that_is_soon_guessed_is_refused(string password)
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var token = await desk.SignInAsync();
        Assert.IsType<ChangePasswordOutcome.Refused>(await desk.ChangePasswordAsync(token, password));
        Assert.Equal(PasswordKind.None, (await desk.PasswordViewAsync()).Kind);
        Assert.Null(await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task A_temporary_password_leads_no_further_than_to_a_new_one()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var before = await desk.SignInAsync();
        var made = await desk.MakeTemporaryAsync();
        Assert.Equal(made, await desk.MakeTemporaryAsync());
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(before));
        var first = Tokens.New();
        Assert.IsType<SignInOutcome.NewPasswordNeeded>(await desk.EnterPasswordAsync(first, made.Password));
        Assert.IsType<SessionCheck.Ended>(await desk.CheckAsync(first));
        Assert.IsType<PasswordRefusal.Same>(
            Assert.IsType<NewPasswordOutcome.Refused>(await ChooseAsync(desk, first, Tokens.New(), made.Password)).Why);
        var second = Tokens.New();
        Assert.IsType<NewPasswordOutcome.Done>(await ChooseAsync(desk, first, second, PasswordDesk.Good));
        Assert.IsType<NewPasswordOutcome.Done>(await ChooseAsync(desk, first, second, PasswordDesk.Good));
        Assert.Null(await desk.EndOfAsync(second));
        Assert.IsType<NewPasswordOutcome.Ended>(await ChooseAsync(desk, first, Tokens.New(), PasswordDesk.Better));
        Assert.IsType<SignInOutcome.WrongPassword>(await desk.EnterPasswordAsync(Tokens.New(), made.Password));
        Assert.Equal(1, (await desk.AuditAsync("sign-in")).Count(a => a == "sign-in.temporary-password-accepted"));
    }

    [Fact]
    public async Task A_temporary_password_that_waits_for_its_successor_dies_with_the_sessions()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var made = await desk.MakeTemporaryAsync();
        var first = Tokens.New();
        Assert.IsType<SignInOutcome.NewPasswordNeeded>(await desk.EnterPasswordAsync(first, made.Password));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).EndAllSessions());
        Assert.IsType<NewPasswordOutcome.Ended>(await ChooseAsync(desk, first, Tokens.New(), PasswordDesk.Good));
        Assert.Equal(PasswordKind.Temporary, (await desk.PasswordViewAsync()).Kind);
    }

    [Fact]
    public async Task A_temporary_password_ends_after_three_days_and_says_so_only_to_who_knows_it()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var made = await desk.MakeTemporaryAsync();
        await desk.Portal.AdvanceAsync(PasswordLimits.TemporaryLifetime);
        Assert.IsType<SignInOutcome.PasswordExpired>(await desk.EnterPasswordAsync(Tokens.New(), made.Password));
        Assert.IsType<SignInOutcome.WrongPassword>(await desk.EnterPasswordAsync(Tokens.New(), "not it"));
    }

    [Fact]
    public async Task Ten_wrong_passwords_shut_strangers_out_and_not_Alices_own_phone()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        for (var i = 0; i < 10; i++)
            Assert.IsType<SignInOutcome.WrongPassword>(
                await desk.EnterPasswordAsync(Tokens.New(), $"guess {i}", address: $"198.51.100.{i}"));
        Assert.IsType<SignInOutcome.TooMany>(
            await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good, address: "198.51.100.99"));
        Assert.IsType<SignInOutcome.SignedIn>(
            await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good, known: true, address: "198.51.100.98"));
    }

    [Fact]
    public async Task Five_hundred_guesses_at_once_get_no_more_than_the_budget()
    {
        await using var desk = await PasswordDesk.OpenAsync(deterministic: false);
        await desk.ChooseAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
            desk.EnterPasswordAsync(Tokens.New(), "a guess", address: $"198.51.{i / 250}.{i % 250}")));
        Assert.Equal(10, outcomes.Count(o => o is SignInOutcome.WrongPassword));
        Assert.Equal(490, outcomes.Count(o => o is SignInOutcome.TooMany));
    }

    [Fact]
    public async Task Known_and_unknown_credentials_get_the_same_answer_after_the_same_writes()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await desk.Portal.SettleAsync();
        var known = await WritesAsync(desk, () => desk.EnterPasswordAsync(Tokens.New(), "a guess"));
        var unknown = await WritesAsync(desk, () => desk.EnterPasswordAsync(Tokens.New(), "a guess", desk.SubjectOf("nobody@example.org")));
        Assert.Equal(known, unknown);
    }

    [Fact]
    public async Task A_blocked_patient_is_told_no_more_than_that_there_is_no_access_and_a_password_off_opens_nothing()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("test"));
        Assert.IsType<SignInOutcome.NoAccess>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Unblock());
        await desk.ChangeAsync(s => s with { Password = false });
        Assert.IsType<SignInOutcome.PortalDisabled>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good));
        Assert.IsType<TemporaryPasswordOutcome.MethodOff>(
            await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().MakeTemporary("op")));
    }

    [Fact]
    public async Task Staff_remove_a_password_and_others_are_refused()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => desk.Password().Remove("op")));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Priya(), () => desk.Password().MakeTemporary("op")));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().Remove("op"));
        Assert.Equal(PasswordKind.None, (await desk.PasswordViewAsync()).Kind);
        Assert.IsType<SignInOutcome.WrongPassword>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good));
        Assert.Contains("password.removed", await desk.AuditAsync("password"));
    }

    [Fact]
    public async Task Where_passwords_are_the_only_way_in_the_records_still_take_a_code_by_email()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await desk.ChangeAsync(s => s with { EmailCode = false, MobileCode = false });
        var token = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(token, PasswordDesk.Good));
        // The notice of the change is in the mailbox before the code is.
        await desk.Portal.MailAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(await desk.IsElevatedAsync(await desk.ElevateAsync(token)));
    }

    internal static Task<NewPasswordOutcome> ChooseAsync(SignInDesk desk, string first, string second, string password) =>
        desk.AsVisitorAsync(() => desk.Session(first).ChooseNewPassword(
            new ChooseNewPassword { Password = password, NewSession = Tokens.Hash(second) }));

    private static async Task FirstSignInAsync(SignInDesk desk, string temporary)
    {
        var (first, second) = (Tokens.New(), Tokens.New());
        Assert.IsType<SignInOutcome.NewPasswordNeeded>(await desk.EnterPasswordAsync(first, temporary));
        Assert.IsType<NewPasswordOutcome.Done>(await ChooseAsync(desk, first, second, PasswordDesk.Good));
    }

    private static async Task<IReadOnlyList<string>> WritesAsync(SignInDesk desk, Func<Task<SignInOutcome>> form)
    {
        using var log = WriteLog.Of(desk.Portal.Database);
        Assert.IsType<SignInOutcome.WrongPassword>(await form());
        await desk.Portal.SettleAsync();
        return log.Points;
    }
}
