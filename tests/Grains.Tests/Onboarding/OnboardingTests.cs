using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Onboarding;

public sealed class OnboardingTests
{
    private static readonly OnboardingOrder s_invite = new() { GiveAccess = true, Invite = true };

    [Fact]
    public async Task All_that_match_are_given_access_and_invited_once()
    {
        await using var desk = await BatchDesk.OpenAsync();
        await OnceAsync(desk);
    }

    internal static async Task OnceAsync(BatchDesk desk)
    {
        await desk.RunAsync(await desk.ImportAsync([.. Enumerable.Range(1, 30).Select(BatchDesk.Person)]));
        var id = await OrderAsync(desk, s_invite with { Matching = new PatientQuery { Text = "archer" } });
        Assert.Empty((await desk.ViewAsync(id)).Counts);
        Assert.Empty(await desk.Portal.MailAsync());
        var view = await desk.RunAsync(id);
        Assert.Equal((30, 30), (view.Total, view.Count(RowOutcome.Done)));
        var mail = await desk.Portal.MailAsync();
        Assert.Equal(30, mail.Select(m => m.To).Distinct().Count());
        Assert.Equal(30, mail.Count);
        Assert.All((await desk.SearchAsync("archer")).Rows, row => Assert.Equal(AccessState.CanAccess, row.Access));
        var log = await desk.Portal.AsAsync(Cast.Erin(), () => desk.Portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { Action = "patient.access-given", PageSize = 100 }));
        Assert.Equal(30, log.Rows.Select(row => row.Patient).Distinct().Count());
        Assert.Equal(30, log.Rows.Count);

        var again = await OrderAsync(desk, s_invite with { Matching = new PatientQuery { Text = "archer" } });
        Assert.Equal(30, (await desk.ViewAsync(again)).Count(RowOutcome.InvitedAlready));
    }

    [Fact]
    public async Task Who_is_left_out_is_told_before_and_why()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var portal = desk.Portal;
        var good = await portal.RegisterAsync("Alice", email: "alice@example.org");
        var without = await portal.RegisterAsync("Bob", email: "");
        var blocked = await portal.RegisterAsync("Carl", email: "carl@example.org");
        var test = await portal.RegisterAsync("Tess", email: "tess@example.org");
        var invited = await portal.RegisterAsync("Ivy", email: "ivy@example.org");
        await desk.Do(() => portal.Patient(blocked).Block("reason"));
        await desk.Do(() => portal.Patient(test).SetTest(true));
        await InviteAsync(desk, invited);
        string[] chosen = [good, without, blocked, test, invited, Ids.New("p")];
        var id = await OrderAsync(desk, s_invite with { Patients = chosen });
        RowOutcome[] expected =
        [
            RowOutcome.ToDo, RowOutcome.NoEmail, RowOutcome.Blocked, RowOutcome.TestPatient, RowOutcome.InvitedAlready, RowOutcome.Gone,
        ];
        Assert.Equal(expected, (await desk.RowsAsync(id)).Select(row => row.Outcome));
        await desk.RunAsync(id);
        Assert.Equal(RowOutcome.Done, (await desk.RowsAsync(id))[0].Outcome);
    }

    [Fact]
    public async Task Those_whose_invitation_ran_out_are_invited_again_where_that_is_chosen()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var alice = await desk.Portal.RegisterAsync("Alice");
        await InviteAsync(desk, alice);
        Assert.Single(await desk.Portal.MailAsync("alice@example.org"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(3.1));
        var order = s_invite with { Patients = [alice] };
        Assert.Equal(1, (await desk.ViewAsync(await OrderAsync(desk, order))).Count(RowOutcome.InvitationExpired));
        var id = await OrderAsync(desk, order with { InviteExpired = true });
        Assert.Equal(1, (await desk.RunAsync(id)).Count(RowOutcome.Done));
        Assert.Equal(2, (await desk.Portal.MailAsync("alice@example.org")).Count);
    }

    [Fact]
    public async Task A_patient_invited_meanwhile_by_somebody_else_is_not_invited_twice()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var alice = await desk.Portal.RegisterAsync("Alice");
        var id = await OrderAsync(desk, s_invite with { Patients = [alice] });
        await InviteAsync(desk, alice);
        Assert.Equal(1, (await desk.RunAsync(id)).Count(RowOutcome.InvitedAlready));
        Assert.Single(await desk.Portal.MailAsync("alice@example.org"));
    }

    [Fact]
    public async Task An_invitation_that_replaces_another_than_it_was_decided_on_is_refused()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var alice = await desk.Portal.RegisterAsync("Alice");
        await InviteAsync(desk, alice);
        Assert.Equal(InviteOutcome.InvitedAlready, await InviteAsync(desk, alice, onlyInstead: true));
        Assert.Single(await desk.Portal.MailAsync("alice@example.org"));
    }

    [Fact]
    public async Task Links_are_sent_to_those_who_can_use_them()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var portal = desk.Portal;
        var (alice, bob) = (await portal.RegisterAsync("Alice"), await portal.RegisterAsync("Bob", email: "bob@example.org"));
        await desk.Do(() => portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        await desk.Do(() => portal.Patient(alice).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = "alice@example.org",
            Operation = "op",
            ConfirmedWithPatient = true,
        }));
        var id = await OrderAsync(desk, new OnboardingOrder { SendLink = true, Patients = [alice, bob] });
        await desk.RunAsync(id);
        var rows = await desk.RowsAsync(id);
        Assert.Equal((RowOutcome.Done, RowOutcome.Invalid), (rows[0].Outcome, rows[1].Outcome));
        Assert.Single(await portal.MailAsync("alice@example.org"));
    }

    [Fact]
    public async Task Nothing_to_do_and_too_many_are_refused()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = Ids.New("b");
        Task<CreateBatchOutcome> Create(OnboardingOrder order) =>
            desk.Do(() => desk.Batch(id).Create(new CreateBatch { Job = BatchJob.Onboarding, Onboarding = order }));
        Assert.Equal(CreateBatchOutcome.Invalid, await Create(new OnboardingOrder()));
        string[] many = [.. Enumerable.Range(0, 1_001).Select(_ => Ids.New("p"))];
        Assert.Equal(CreateBatchOutcome.Invalid, await Create(s_invite with { Patients = many }));
        Assert.Null(await desk.Do(() => desk.Batch(id).Get()));
    }

    private static async Task<string> OrderAsync(BatchDesk desk, OnboardingOrder order)
    {
        var id = Ids.New("b");
        await desk.Do(() => desk.Batch(id).Create(new CreateBatch { Job = BatchJob.Onboarding, Name = "test", Onboarding = order }));
        await desk.UntilAsync(id, BatchStage.Ready);
        return id;
    }

    private static Task<InviteOutcome> InviteAsync(BatchDesk desk, string patient, bool onlyInstead = false)
    {
        var token = Tokens.New();
        var key = GrainKeys.ForInvitation(PortalFixture.Riverside, Tokens.Hash(token));
        return desk.Do(() => desk.Portal.Grains.GetGrain<IInvitationGrain>(key)
            .Create(new CreateInvitation { Patient = patient, Token = token, OnlyInstead = onlyInstead }));
    }
}
