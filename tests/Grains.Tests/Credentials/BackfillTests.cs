using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Grains.Tests.Onboarding;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

public sealed class BackfillTests
{
    [Theory]
    [InlineData(true, false, 1, false, RowOutcome.ToDo)]
    [InlineData(false, false, 1, false, RowOutcome.Invalid)]
    [InlineData(true, true, 1, false, RowOutcome.AlreadySet)]
    [InlineData(true, true, 3, true, RowOutcome.AlreadySet)]
    [InlineData(true, false, 2, false, RowOutcome.Shared)]
    [InlineData(true, false, 1, true, RowOutcome.Taken)]
    public void A_contact_is_promoted_where_it_is_one_patients_alone(
        bool valid, bool set, int patients, bool anothers, RowOutcome expected)
    {
        var facts = new BulkFacts { Credentials = set ? [CredentialKind.Email] : [] };
        Assert.Equal(expected, Backfill.Judge(CredentialKind.Email, facts, valid, patients, anothers));
    }

    [Fact]
    public async Task Contacts_become_unverified_credentials_and_a_second_run_changes_nothing()
    {
        await using var desk = await BatchDesk.OpenAsync(Cast.Erin());
        var portal = desk.Portal;
        var alice = await portal.RegisterAsync("Alice", email: "alice@example.org", mobile: "07700 900001");
        var bob = await portal.RegisterAsync("Bob", email: "Family@example.org", mobile: "");
        var carl = await portal.RegisterAsync("Carl", email: "family@example.org", mobile: "not a number");
        var dave = await portal.RegisterAsync("Dave", email: "other@example.org", mobile: "07700 900009");
        var eve = await portal.RegisterAsync("Eve", email: "", mobile: "");
        await desk.Do(() => portal.Patient(eve).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = "other@example.org",
            Operation = "op",
            ConfirmedWithPatient = true,
        }));
        var id = await ScanAsync(desk);
        Assert.Empty(await CredentialsAsync(desk, alice));
        var dry = await desk.ViewAsync(id);
        Assert.Equal((2, 1, 1), (dry.Count(RowOutcome.Shared), dry.Count(RowOutcome.Taken), dry.Count(RowOutcome.Invalid)));
        Assert.Equal(3, (await desk.RunAsync(id)).Count(RowOutcome.Done));
        Assert.Equal(["alice@example.org", "+447700900001"], (await CredentialsAsync(desk, alice)).Select(c => c.Value));
        Assert.All(await CredentialsAsync(desk, alice), credential => Assert.Null(credential.VerifiedAt));
        Assert.Empty(await CredentialsAsync(desk, bob));
        Assert.Empty(await CredentialsAsync(desk, carl));
        Assert.Equal(["+447700900009"], (await CredentialsAsync(desk, dave)).Select(c => c.Value));
        Assert.Equal(["other@example.org"], (await CredentialsAsync(desk, eve)).Select(c => c.Value));

        var again = await ScanAsync(desk);
        Assert.Equal(3, (await desk.ViewAsync(again)).Count(RowOutcome.AlreadySet));
        Assert.Equal(0, (await desk.RunAsync(again)).Count(RowOutcome.Done));
    }

    [Fact]
    public async Task What_a_caregiver_has_as_well_is_shared()
    {
        await using var desk = await BatchDesk.OpenAsync(Cast.Erin());
        var alice = await desk.Portal.RegisterAsync("Alice", email: "family@example.org", mobile: "");
        var tim = await desk.Portal.RegisterAsync("Tim", email: "", mobile: "");
        await GiveAsync(desk, tim, "Family@example.org");
        var id = await ScanAsync(desk);
        Assert.Equal(1, (await desk.ViewAsync(id)).Count(RowOutcome.Shared));
        await desk.RunAsync(id);
        Assert.Empty(await CredentialsAsync(desk, alice));
    }

    [Fact]
    public async Task What_came_to_be_shared_or_was_changed_after_the_dry_run_is_not_promoted()
    {
        await using var desk = await BatchDesk.OpenAsync(Cast.Erin());
        await ChangedAsync(desk);
    }

    /// <summary>Of five contacts three come to be shared and one is changed before the work begins.</summary>
    internal static async Task ChangedAsync(BatchDesk desk)
    {
        var portal = desk.Portal;
        var alice = await portal.RegisterAsync("Alice", email: "alice@example.org", mobile: "07700 900001");
        var bob = await portal.RegisterAsync("Bob", email: "bob@example.org", mobile: "");
        var carl = await portal.RegisterAsync("Carl", email: "carl@example.org", mobile: "");
        var dave = await portal.RegisterAsync("Dave", email: "dave@example.org", mobile: "");
        var id = await ScanAsync(desk);
        Assert.Equal(5, (await desk.RowsAsync(id, RowOutcome.ToDo)).Count);
        await portal.RegisterAsync("Eve", email: "ALICE@example.org", mobile: "+44 7700 900001");
        await GiveAsync(desk, dave, "bob@example.org");
        var edit = new EditPatient
        {
            GivenName = "Carl",
            FamilyName = "Archer",
            BirthDate = new DateOnly(1985, 3, 27),
            Contact = new ContactDetails { Email = "mallory@example.org", PostalCode = "RV1 4AB" },
            Version = (await desk.Do(() => portal.Patient(carl).Get()))!.DetailsVersion,
            Operation = "edit-1",
        };
        Assert.IsType<EditOutcome.Saved>(await desk.Do(() => portal.Patient(carl).Edit(edit)));
        await portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        var done = await desk.RunAsync(id);
        Assert.Equal((1, 3, 1), (done.Count(RowOutcome.Done), done.Count(RowOutcome.Shared), done.Count(RowOutcome.Invalid)));
        Assert.Equal("changed", Assert.Single(await desk.RowsAsync(id, RowOutcome.Invalid)).Detail);
        foreach (var patient in new[] { alice, bob, carl }) Assert.Empty(await CredentialsAsync(desk, patient));
        Assert.Equal("dave@example.org", Assert.Single(await CredentialsAsync(desk, dave)).Value);
    }

    [Fact]
    public async Task The_front_desk_neither_sees_nor_begins_a_backfill()
    {
        await using var desk = await BatchDesk.OpenAsync(Cast.Erin());
        await desk.Portal.RegisterAsync("Alice");
        var id = await ScanAsync(desk);
        var (batch, list) = (desk.Batch(id), desk.Portal.Grains.GetGrain<IBatchListGrain>(PortalFixture.Riverside));
        await RefusedAsync(batch.Get);
        await RefusedAsync(() => batch.Rows(new BatchRowQuery()));
        await RefusedAsync(batch.Begin);
        await RefusedAsync(batch.Cancel);
        await RefusedAsync(() => batch.NoteExport(""));
        await RefusedAsync(() => desk.Batch(Ids.New("b")).Create(new CreateBatch { Job = BatchJob.Backfill }));
        Assert.Empty(await desk.Portal.AsAsync(Cast.Dana(), () => list.List(BatchJob.Backfill)));
        Assert.Single(await desk.Do(() => list.List(BatchJob.Backfill)));
        Assert.Equal(BatchStage.Ready, (await desk.ViewAsync(id)).Stage);

        Task RefusedAsync(Func<Task> call) =>
            Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Dana(), call));
    }

    private static async Task GiveAsync(BatchDesk desk, string patient, string email)
    {
        var relations = desk.Portal.Grains.GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(PortalFixture.Riverside, patient));
        Assert.IsType<GiveGrantOutcome.Given>(await desk.Do(() => relations.Give(new GiveGrant
        {
            Email = email,
            GivenName = "Beth",
            FamilyName = "Carter",
            BirthDate = new DateOnly(1979, 5, 14),
            Scopes = CaregiverScopes.All,
            Operation = "give-1",
            ConfirmedWithPatient = true,
        })));
    }

    private static async Task<string> ScanAsync(BatchDesk desk)
    {
        var id = Ids.New("b");
        await desk.Do(() => desk.Batch(id).Create(new CreateBatch { Job = BatchJob.Backfill }));
        await desk.UntilAsync(id, BatchStage.Ready);
        return id;
    }

    private static async Task<IReadOnlyList<CredentialView>> CredentialsAsync(BatchDesk desk, string patient) =>
        (await desk.Do(() => desk.Portal.Patient(patient).OnlineAccess()))!.Credentials;
}
