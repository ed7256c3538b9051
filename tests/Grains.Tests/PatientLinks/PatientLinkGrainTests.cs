using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Invitations;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.PatientLinks;

public sealed class PatientLinkGrainTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalFixture.StartAsync(deterministic: true);

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task A_link_by_email_goes_to_the_contact_email_once()
    {
        var linked = await _portal.LinkedAsync();
        var command = new CreateLink { Patient = linked.Patient, Delivery = LinkDelivery.Email, Token = linked.Token };
        Assert.Equal(CreateLinkOutcome.Created, await _portal.CreateLinkAsync(command));
        var mail = Assert.Single(await _portal.MailAsync());
        Assert.Equal((InvitationDesk.Mailbox, "email"), (mail.To, mail.Channel));
        Assert.Contains($"http://localhost:5080/riverside/link/{linked.Token}", mail.Text, StringComparison.Ordinal);
        var row = await _portal.RowAsync(linked.Patient);
        Assert.Equal((LinkState.Active, Cast.Dana().Subject, LinkDelivery.Email), (row.State, row.CreatedBy, row.Delivery));
        Assert.Equal(row.CreatedAt.AddDays(7), row.Deadline);
        Assert.Single(await _portal.AuditAsync("link."));
    }

    [Fact]
    public async Task A_link_by_sms_goes_to_the_contact_mobile_and_one_by_hand_nowhere()
    {
        var linked = await _portal.LinkedAsync(delivery: LinkDelivery.Sms);
        var text = Assert.Single(await _portal.MailAsync());
        Assert.Equal(("+447700900001", "sms"), (text.To, text.Channel));
        Assert.Contains(linked.Token, text.Text, StringComparison.Ordinal);
        await _portal.LinkedAsync(delivery: LinkDelivery.ByHand, patient: linked.Patient);
        Assert.Single(await _portal.MailAsync());
    }

    [Fact]
    public async Task Using_it_signs_in_and_is_tracked()
    {
        var linked = await _portal.OpenedAsync();
        var openedAt = _portal.Clock.GetUtcNow();
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
        Assert.Equal(linked.Patient, signedIn.Subject);
        var row = await _portal.RowAsync(linked.Patient);
        Assert.Equal((openedAt, _portal.Clock.GetUtcNow(), 1, LinkState.Active), (row.OpenedAt, row.UsedAt, row.Uses, row.State));
        Assert.Equal(["link.created", "link.opened", "link.used"], (await _portal.AuditAsync("link.")).Select(entry => entry.Action));
        Assert.All(await _portal.AuditAsync("link."), entry => Assert.Equal(linked.Patient, entry.Patient));
    }

    [Fact]
    public async Task A_link_until_expiry_is_used_again_with_another_code()
    {
        var linked = await _portal.OpenedAsync();
        await _portal.UseAsync(linked);
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
        Assert.Equal(1, (await _portal.RowAsync(linked.Patient)).Uses);
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.IsType<OpenLinkOutcome.Opened>(await _portal.OpenAsync(linked.Token));
        var again = linked with { Code = await _portal.CodeAsync(), Session = Tokens.New() };
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(again));
        Assert.Equal(2, (await _portal.RowAsync(linked.Patient)).Uses);
    }

    [Fact]
    public async Task A_single_use_link_works_once_and_the_same_operation_may_come_again()
    {
        var linked = await _portal.OpenedAsync(singleUse: true);
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked with { Session = Tokens.New() }));
        Assert.Equal(new OpenLinkOutcome.Ended { State = LinkState.Used }, await _portal.OpenAsync(linked.Token));
        var row = await _portal.RowAsync(linked.Patient);
        Assert.Equal((LinkState.Used, 1), (row.State, row.Uses));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_uses_at_once_one_wins(int seed)
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true, seed: seed);
        var linked = await portal.OpenedAsync(singleUse: true);
        var outcomes = new SignInOutcome[20];
        await portal.Silo.RunAsync(() => Task.WhenAll(Enumerable.Range(0, outcomes.Length).Select(async n =>
            outcomes[n] = await portal.UseAsync(linked with { Session = Tokens.New() }))));
        Assert.Single(outcomes.OfType<SignInOutcome.SignedIn>());
        Assert.Equal(1, (await portal.RowAsync(linked.Patient)).Uses);
        Assert.Single(await portal.AuditAsync("link.used"));
    }

    [Fact]
    public async Task Opening_the_page_changes_nothing()
    {
        var linked = await _portal.LinkedAsync();
        await _portal.RestartAsync();
        var faults = new FaultAt(_portal, int.MaxValue, WriteFault.None);
        _portal.Database.Faults = faults;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(LinkState.Active, (await _portal.LinkPageAsync(linked.Token)).State);
            Assert.Null((await _portal.LinkPageAsync(Tokens.New())).State);
        }

        await _portal.SettleAsync();
        Assert.Equal(0, faults.Writes);
        Assert.Null((await _portal.RowAsync(linked.Patient)).OpenedAt);
    }

    [Fact]
    public async Task One_millisecond_before_its_deadline_it_works_and_at_it_no_more()
    {
        var linked = await _portal.OpenedAsync();
        var deadline = (await _portal.LinkPageAsync(linked.Token)).Deadline;
        await _portal.AdvanceAsync(deadline - InvitationDesk.Millisecond - _portal.Clock.GetUtcNow());
        Assert.IsType<OpenLinkOutcome.Opened>(await _portal.OpenAsync(linked.Token));
        var code = await _portal.CodeAsync();
        await _portal.AdvanceAsync(InvitationDesk.Millisecond);
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked with { Code = code }));
        Assert.Equal(new OpenLinkOutcome.Ended { State = LinkState.Expired }, await _portal.OpenAsync(linked.Token));
        Assert.Equal(LinkState.Expired, (await _portal.RowAsync(linked.Patient)).State);
        Assert.Equal(0, await _portal.CountAsync("reminders"));
    }

    [Fact]
    public async Task A_block_kills_it_for_good()
    {
        var linked = await _portal.OpenedAsync();
        await _portal.BlockAsync(linked.Patient);
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked));
        await _portal.UnblockAsync(linked.Patient);
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked));
        Assert.Equal(new OpenLinkOutcome.Ended { State = LinkState.Revoked }, await _portal.OpenAsync(linked.Token));
        Assert.Equal(LinkState.Revoked, (await _portal.RowAsync(linked.Patient)).State);
    }

    [Fact]
    public async Task Without_access_it_does_not_work()
    {
        var linked = await _portal.OpenedAsync();
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(linked.Patient).SetAccess(AccessLevel.NoAccess));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked));
        Assert.Equal(new OpenLinkOutcome.Ended { State = LinkState.Revoked }, await _portal.OpenAsync(linked.Token));
        var command = new CreateLink { Patient = linked.Patient, Token = Tokens.New() };
        Assert.Equal(CreateLinkOutcome.NoAccess, await _portal.CreateLinkAsync(command));
    }

    [Fact]
    public async Task While_the_portal_is_off_it_does_not_work_and_afterwards_it_does()
    {
        var linked = await _portal.OpenedAsync();
        await _portal.SwitchPortalAsync(on: false);
        Assert.False((await _portal.LinkPageAsync(linked.Token)).PortalEnabled);
        Assert.IsType<OpenLinkOutcome.Ended>(await _portal.OpenAsync(linked.Token));
        Assert.IsType<SignInOutcome.PortalDisabled>(await _portal.UseAsync(linked));
        await _portal.SwitchPortalAsync(on: true);
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
    }

    [Fact]
    public async Task A_code_that_went_to_a_credential_the_patient_no_longer_has_is_worth_nothing()
    {
        var linked = await _portal.OpenedAsync();
        await _portal.SetCredentialAsync(linked.Patient, CredentialKind.Email, "alice@elsewhere.example");
        Assert.IsType<SignInOutcome.CodeEnded>(await _portal.UseAsync(linked));
        Assert.IsType<OpenLinkOutcome.Opened>(await _portal.OpenAsync(linked.Token));
        var code = await _portal.CodeAsync("alice@elsewhere.example");
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked with { Code = code }));
    }

    [Fact]
    public async Task A_code_counts_only_in_the_browser_that_asked_for_it()
    {
        var linked = await _portal.OpenedAsync();
        Assert.IsType<SignInOutcome.CodeEnded>(await _portal.UseAsync(linked, "tablet"));
        var wrong = linked.Code == "000000" ? "000001" : "000000";
        Assert.Equal(new SignInOutcome.WrongCode { TriesLeft = 4 }, await _portal.UseAsync(linked with { Code = wrong }));
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.UseAsync(linked));
    }

    [Fact]
    public async Task A_code_of_one_link_is_worth_nothing_for_another()
    {
        var linked = await _portal.OpenedAsync();
        var other = await _portal.LinkedAsync(patient: linked.Patient);
        Assert.IsType<OpenLinkOutcome.Opened>(await _portal.OpenAsync(other.Token));
        Assert.IsType<SignInOutcome.CodeEnded>(await _portal.UseAsync(other with { Code = linked.Code }));
    }

    [Fact]
    public async Task Staff_take_it_back_from_the_list()
    {
        var linked = await _portal.OpenedAsync();
        var id = (await _portal.RowAsync(linked.Patient)).Id;
        var bob = await _portal.RegisterAsync("Bob");
        Assert.False(await _portal.AsAsync(Cast.Dana(), () => _portal.LinksOf(bob).Revoke(id)));
        Assert.True(await _portal.AsAsync(Cast.Dana(), () => _portal.LinksOf(linked.Patient).Revoke(id)));
        Assert.True(await _portal.AsAsync(Cast.Dana(), () => _portal.LinksOf(linked.Patient).Revoke(id)));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.UseAsync(linked));
        Assert.Equal(LinkState.Revoked, (await _portal.RowAsync(linked.Patient)).State);
        Assert.Single(await _portal.AuditAsync("link.revoked"));
    }

    [Fact]
    public async Task None_is_made_without_a_credential_or_for_a_token_that_is_not_the_key_s()
    {
        var patient = await _portal.RegisterAsync("Alice");
        var token = Tokens.New();
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(patient).SetAccess(AccessLevel.CanAccess));
        Assert.Equal(CreateLinkOutcome.NoCredential, await _portal.CreateLinkAsync(new CreateLink { Patient = patient, Token = token }));
        Assert.Equal(CreateLinkOutcome.Unknown, await _portal.CreateLinkAsync(new CreateLink { Patient = Ids.New("p"), Token = token }));
        var other = new CreateLink { Patient = patient, Token = Tokens.New() };
        Assert.Equal(CreateLinkOutcome.Unknown, await _portal.AsAsync(Cast.Dana(), () => _portal.Link(token).Create(other)));
        Assert.Null((await _portal.LinkPageAsync(token)).State);
    }

    [Fact]
    public async Task Charlie_cannot_make_open_use_list_or_take_back_a_link_of_another_organisation()
    {
        var linked = await _portal.LinkedAsync();
        Task Refused(Func<Task> call) => Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Charlie, call));
        await Refused(() => _portal.Link(linked.Token).Create(new CreateLink { Patient = linked.Patient, Token = linked.Token }));
        await Refused(() => _portal.Link(linked.Token).Get());
        await Refused(() => _portal.Link(linked.Token).Open(InvitationDesk.Browser()));
        await Refused(() => _portal.Link(linked.Token).Use(new CodeGuess { Operation = "op" }));
        await Refused(() => _portal.Link(linked.Token).Revoke());
        await Refused(() => _portal.LinksOf(linked.Patient).List());
        await Refused(() => _portal.LinksOf(linked.Patient).Revoke("x"));
        Assert.Equal(7, (await _portal.AuditAsync("door.refused")).Count);
        Assert.Null((await _portal.AsAsync(Cast.Charlie, () => _portal.Link(linked.Token, PortalFixture.Hilltop).Get())).State);
    }
}
