using System.Diagnostics;
using System.Globalization;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Embedded;
using Portal.Grains.Patients;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>
/// What a page of the patient list takes at the server, at 100,000 patients: the searches and filters that cost most. Ends with an error
/// where the median of one is over the limit.
/// </summary>
public static class SearchTime
{
    /// <summary>How many patients. Source: product, section 6.</summary>
    public const int Patients = 100_000;

    /// <summary>The most that a page may take. Source: product, section 6, "without waiting"; its figure is the issue's.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private const int Runs = 15;

    private static readonly (string Name, PatientQuery Query)[] Queries =
    [
        ("everybody", new()),
        ("everybody, page 3,000", new() { Page = 3_000 }),
        ("by last sign-in, page 2", new() { Order = PatientOrder.LastSignIn, Descending = true, Page = 2 }),
        ("blocked, by birth date", new() { Access = AccessState.Blocked, Order = PatientOrder.BirthDate }),
        ("invitation pending", new() { Invitation = PatientInvitation.Pending }),
        ("one letter", new() { Text = "a" }),
        ("two letters", new() { Text = "a b" }),
        ("two letters that are far apart", new() { Text = "f i", Order = PatientOrder.BirthDate, Descending = true }),
        ("a name", new() { Text = "garcia" }),
        ("two names", new() { Text = "garcia chi" }),
        ("a mail domain", new() { Text = "example" }),
        ("three digits", new() { Text = "123" }),
        ("a birth date", new() { Text = "1/3/1980" }),
        ("a tag that nobody has", new() { Tag = "vip" }),
        ("who may be booked", new() { Practitioner = "s-aaaaaaaaaaaaaaaa" }),
        ("none planned", new() { NextAppointment = NextAppointment.NonePlanned }),
    ];

    /// <summary>Measures a database that <c>fill</c> made, or makes one first where it is empty; 1 where the limit is missed.</summary>
    public static async Task<int> RunAsync(string storage)
    {
        await using (var filled = Database.Open(storage))
        {
            if (!await HasPatientsAsync(filled)) await SizesRuns.FillAsync(storage, Patients, TimeSpan.FromDays(2));
        }

        await using var database = Database.Open(storage);
        var slow = 0;
        foreach (var (name, query) in Queries)
        {
            var times = new List<TimeSpan>();
            for (var run = 0; run <= Runs; run++)
            {
                var clock = Stopwatch.StartNew();
                await PatientSearch.PageAsync(database, Sizes.Organisation, query, TimeProvider.System.GetUtcNow());
                // The first one reads what the others find in memory.
                if (run > 0) times.Add(clock.Elapsed);
            }

            times.Sort();
            var (median, worst) = (times[Runs / 2], times[^1]);
            slow += median > Limit ? 1 : 0;
            var mark = median > Limit ? "  OVER" : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-34} {median.TotalMilliseconds,8:N1} ms   (worst {worst.TotalMilliseconds:N1}){mark}"));
        }

        return slow == 0 ? 0 : 1;
    }

    private static async Task<bool> HasPatientsAsync(Database database)
    {
        await database.MigrateAllAsync([.. PortalMigrations.Components, EmbeddedTables.Component]);
        return await database.ReadAsync(
            read => read.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM (SELECT 1 FROM patients LIMIT 1) p")) > 0;
    }
}
