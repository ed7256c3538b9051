using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Onboarding;

/// <summary>Dana at work on many patients at once.</summary>
internal sealed class BatchDesk(PortalFixture portal, Principal? who = null) : IAsyncDisposable
{
    public static readonly ImportField[] Usual =
    [
        ImportField.ExternalId, ImportField.GivenName, ImportField.FamilyName, ImportField.BirthDate, ImportField.Email, ImportField.Mobile,
        ImportField.PostalCode,
    ];

    private static readonly string[] s_header = ["id", "given", "family", "born", "email", "mobile", "postcode"];

    public PortalFixture Portal => portal;

    // How often one looks, and how much time passes in between: little of it where the work takes real time.
    private (int Most, TimeSpan Apart) Looks { get; init; } = (200, TimeSpan.FromSeconds(1));

    public static async Task<BatchDesk> OpenAsync(Principal? who = null) =>
        new(await PortalFixture.StartAsync(deterministic: true), who);

    /// <summary>Over a database that answers when it likes.</summary>
    public static async Task<BatchDesk> OpenAsync(string storage, Principal? who = null) =>
        new(await PortalFixture.StartAsync(storage: storage), who)
        {
            Looks = (200_000, TimeSpan.FromMilliseconds(5)),
        };

    public IBatchGrain Batch(string id, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IBatchGrain>($"{organisation}/{id}");

    public Task<T> Do<T>(Func<Task<T>> call) => portal.AsAsync(who ?? Cast.Dana(), call);

    public Task Do(Func<Task> call) => portal.AsAsync(who ?? Cast.Dana(), call);

    /// <summary>An import of these rows, judged.</summary>
    public async Task<string> ImportAsync(params string[][] rows)
    {
        var id = Ids.New("b");
        await Do(() => Batch(id).Create(new CreateBatch { Job = BatchJob.Import, Name = "people.csv", Header = s_header }));
        Assert.True(await Do(() => Batch(id).AddRows(new BatchRows { First = 1, Cells = rows })));
        await Do(() => Batch(id).EndRows());
        Assert.Equal(MapOutcome.Checking, await Do(() => Batch(id).Map(Usual)));
        await UntilAsync(id, BatchStage.Ready);
        return id;
    }

    /// <summary>Begins the work and waits for its end.</summary>
    public async Task<BatchView> RunAsync(string id)
    {
        Assert.True(await Do(() => Batch(id).Begin()));
        return await UntilAsync(id, BatchStage.Done);
    }

    public async Task<BatchView> ViewAsync(string id) => (await Do(() => Batch(id).Get()))!;

    public async Task<BatchView> UntilAsync(string id, BatchStage stage)
    {
        for (var look = 0; look < Looks.Most; look++)
        {
            await portal.AdvanceAsync(Looks.Apart);
            if (await ViewAsync(id) is { } view && view.Stage == stage) return view;
        }

        throw new InvalidOperationException($"The batch did not come to be {stage}, it is {(await ViewAsync(id)).Stage}.");
    }

    public async Task<IReadOnlyList<BatchRowView>> RowsAsync(string id, RowOutcome? outcome = null) =>
        (await Do(() => Batch(id).Rows(new BatchRowQuery { Outcome = outcome, Limit = 1_000 }))).Rows;

    public Task<PatientPage> SearchAsync(string text) => Do(() =>
        portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside).Search(new PatientQuery { Text = text, PageSize = 100 }));

    public static string[] Person(int number) =>
    [
        $"ext-{number}", $"Given{number}", "Archer", "1985-03-27", $"person{number}@example.org", "", "RV1 4AB",
    ];

    public ValueTask DisposeAsync() => portal.DisposeAsync();
}
