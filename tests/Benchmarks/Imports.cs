using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Embedded;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>
/// Many patients through the engine of bulk work: a file's rows taken in, judged, imported; then given access and invited.
/// Each figure is of rows whose outcome is durable and exact at its end.
/// </summary>
public static class Imports
{
    private const string Organisation = "riverside";
    private const int RowsAtOnce = 1_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly ImportField[] Columns =
    [
        ImportField.ExternalId, ImportField.GivenName, ImportField.FamilyName, ImportField.BirthDate, ImportField.Email, ImportField.Mobile,
        ImportField.Street, ImportField.Town, ImportField.PostalCode,
    ];

    /// <summary>Measures and prints.</summary>
    /// <param name="storage">An empty database.</param>
    /// <param name="patients">How many.</param>
    /// <param name="invited">How many of them are given access and invited; 0: none.</param>
    public static async Task RunAsync(string storage, int patients, int invited)
    {
        await using var database = Database.Open(storage);
        await PortalMigrations.RunAsync(database);
        await using var silo = await BenchSilo.StartAsync(database, (services, options) =>
        {
            var configuration = new ConfigurationBuilder().Build();
            options.Assemblies.Add(typeof(PortalGrain).Assembly);
            services.AddSingleton<IConfiguration>(configuration);
            services.AddPortalGrains(PortalSecrets.From("a-secret-of-benchmarks-0123456789-abcdefgh", isProduction: false));
            services.AddMessages(configuration, development: true, soleProcess: true);
        });
        CallerContext.Set(Principal.Operator(Organisation, "benchmark"));
        await silo.GrainFactory.GetGrain<IOrganisationGrain>(Organisation).Found(
            new FoundOrganisation { Name = "Riverside Clinic", TimeZone = "Europe/London", Country = "GB" });
        Console.WriteLine($"{patients:N0} rows on {database.Dialect}");
        await ImportAsync(silo, patients);
        if (invited > 0) await InviteAsync(silo, invited);
    }

    private static async Task ImportAsync(EmbeddedSilo silo, int patients)
    {
        var batch = silo.GrainFactory.GetGrain<IBatchGrain>($"{Organisation}/{Ids.New("b")}");
        await batch.Create(new CreateBatch { Job = BatchJob.Import, Header = [.. Columns.Select(c => c.ToString())], Columns = Columns });
        var all = Spent.Start();
        var taken = Spent.Start();
        foreach (var rows in Enumerable.Range(1, patients).Chunk(RowsAtOnce))
            await batch.AddRows(new BatchRows { First = rows[0], Cells = [.. rows.Select(Row)] });
        Say("taken in", patients, taken);
        var judged = Spent.Start();
        await batch.EndRows();
        await UntilAsync(batch, view => view.Stage == BatchStage.Ready);
        Say("judged", patients, judged);
        var imported = Spent.Start();
        await batch.Begin();
        var end = await UntilAsync(batch, view => view.Stage == BatchStage.Done);
        Say("imported and in search", patients, imported);
        Say("all of it", end.Count(RowOutcome.Done), all);
    }

    private static async Task InviteAsync(EmbeddedSilo silo, int patients)
    {
        var ids = new List<string>();
        var directory = silo.GrainFactory.GetGrain<IPatientDirectoryGrain>(Organisation);
        while (ids.Count < patients && await directory.Ids(new PatientQuery(), ids.LastOrDefault() ?? "", 1_000) is { Count: > 0 } more)
            ids.AddRange(more);
        var (judged, done, total) = (default(Spent), default(Spent), 0);
        foreach (var some in ids.Take(patients).Chunk(OnboardingOrder.MaxChosen))
        {
            var batch = silo.GrainFactory.GetGrain<IBatchGrain>($"{Organisation}/{Ids.New("b")}");
            var order = new OnboardingOrder { GiveAccess = true, Invite = true, Patients = some };
            var watch = Spent.Start();
            await batch.Create(new CreateBatch { Job = BatchJob.Onboarding, Onboarding = order });
            await UntilAsync(batch, view => view.Stage == BatchStage.Ready);
            judged = judged.Plus(watch);
            watch = Spent.Start();
            await batch.Begin();
            total += (await UntilAsync(batch, view => view.Stage == BatchStage.Done)).Count(RowOutcome.Done);
            done = done.Plus(watch);
        }

        Say("judged for an invitation", total, judged);
        Say("given access and invited", total, done);
    }

    private static string[] Row(int number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var born = new DateOnly(1930, 1, 1).AddDays(number % 30_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var name = $"Family{number % 5_000}";
        return ["x-" + text, "Given" + text, name, born, $"person{text}@example.org", "", "4 Mill Lane", "Riverside", "RV1 4AB"];
    }

    private static async Task<BatchView> UntilAsync(IBatchGrain batch, Func<BatchView, bool> reached)
    {
        while (true)
        {
            if (await batch.Get() is { } view && reached(view)) return view;
            await Task.Delay(Look);
        }
    }

    private static void Say(string what, int rows, Spent spent) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {what}: {rows / spent.Took.TotalSeconds:N0} rows/s ({rows:N0} in {spent.Took.TotalSeconds:N1} s), "
        + $"{spent.Worked.TotalMicroseconds / rows:N0} us of processor time each"));

    /// <summary>Time that passed, and the processor time of this process in it.</summary>
    private readonly record struct Spent(TimeSpan Passed, TimeSpan Used, long Since, TimeSpan UsedBefore)
    {
        public TimeSpan Took => Since == 0 ? Passed : Passed + Stopwatch.GetElapsedTime(Since);

        public TimeSpan Worked => Since == 0 ? Used : Used + Environment.CpuUsage.TotalTime - UsedBefore;

        public static Spent Start() => new(default, default, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

        public Spent Plus(Spent other) => new(Took + other.Took, Worked + other.Worked, 0, default);
    }
}
