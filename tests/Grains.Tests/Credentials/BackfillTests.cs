using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Grains.Tests.Onboarding;
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
        await using var desk = await BatchDesk.OpenAsync();
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
