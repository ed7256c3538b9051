using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>A patient's own change of what they sign in with.</summary>
public sealed class OwnCredentialTests
{
    private const string NewEmail = "alice.new@example.org";

    [Fact]
    public async Task The_new_address_is_proved_the_old_one_told_and_only_this_session_goes_on()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var other = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        var token = await desk.SignInAsync("laptop");
        Assert.IsType<OwnCredentialOutcome.Sent>(await AskAsync(desk, token));
        Assert.IsType<OwnCredentialOutcome.Refused>(await ChangeAsync(desk, token, "000000"));
        var code = await desk.CodeAsync(NewEmail);
        Assert.IsType<OwnCredentialOutcome.Changed>(await ChangeAsync(desk, token, code));
        Assert.Null(await desk.EndOfAsync(token));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(other));
        var view = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        var email = Assert.Single(view!.Credentials);
        Assert.Equal((NewEmail, true), (email.Value, email.VerifiedAt is not null));
        var mail = await desk.Portal.MailAsync(SignInDesk.AliceEmail);
        Assert.Contains(mail, m => m.Subject.EndsWith("was changed", StringComparison.Ordinal));
        Assert.Contains("credential.changed(by-patient)", await desk.AuditAsync("credential."));
    }

    [Fact]
    public async Task It_needs_a_fresh_factor_and_an_address_that_nobody_else_has()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob");
        await desk.AdmitAsync(bob, NewEmail);
        var token = await desk.SignInAsync();
        await AskAsync(desk, token);
        Assert.IsType<OwnCredentialOutcome.Taken>(await ChangeAsync(desk, token, await desk.CodeAsync(NewEmail)));
        Assert.IsType<OwnCredentialOutcome.Malformed>(await AskAsync(desk, token, "nonsense"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.IsType<OwnCredentialOutcome.ProofNeeded>(await AskAsync(desk, token));
    }

    [Fact]
    public async Task Asking_for_codes_to_an_address_of_somebody_else_spends_nothing_of_their_budget()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob");
        await desk.AdmitAsync(bob, NewEmail);
        var token = await desk.SignInAsync();
        for (var i = 0; i < OneTimeCodeLimits.Default.SendsPerHour; i++)
        {
            Assert.IsType<OwnCredentialOutcome.Sent>(await AskAsync(desk, token));
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync(desk.SubjectOf(NewEmail), "bobs", known: true));
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync(desk.SubjectOf(NewEmail), "new"));
    }

    [Fact]
    public async Task However_many_addresses_are_typed_one_patient_is_sent_five_codes_an_hour()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        for (var i = 0; i < OneTimeCodeLimits.Default.SendsPerHour; i++)
        {
            Assert.IsType<OwnCredentialOutcome.Sent>(await AskAsync(desk, token, $"alice.{i}@example.org"));
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        var refused = Assert.IsType<OwnCredentialOutcome.Refused>(await AskAsync(desk, token));
        Assert.IsType<SignInOutcome.TooMany>(refused.Why);
        Assert.Empty(await desk.Portal.MailAsync(NewEmail));
    }

    [Fact]
    public async Task A_code_that_went_to_one_address_is_worth_nothing_for_another()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await AskAsync(desk, token, "alice.own@example.org");
        Assert.IsType<OwnCredentialOutcome.Refused>(await ChangeAsync(desk, token, await desk.CodeAsync("alice.own@example.org")));
    }

    private static Task<OwnCredentialOutcome> AskAsync(SignInDesk desk, string token, string value = NewEmail) => desk.AsVisitorAsync(
        () => desk.Session(token).RequestNewCredential(Command(value)));

    private static Task<OwnCredentialOutcome> ChangeAsync(SignInDesk desk, string token, string code) => desk.AsVisitorAsync(
        () => desk.Session(token).ChangeCredential(Command(NewEmail) with { Code = code, Operation = "own-1" }));

    private static OwnCredential Command(string value) =>
        new() { Kind = CredentialKind.Email, Value = value, Device = SignInDesk.Browser("laptop") };
}
