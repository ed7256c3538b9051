using Portal.Grains.Abstractions.Shared;
using Portal.Silo.Data.Transfer;
using Portal.Storage;

namespace Portal.Silo.Data.Verification;

/// <summary>
/// Looks whether everything in a database fits together: the audit chain, claims against bindings, sessions, links, invitations and
/// messages against the people they are of, lists against the state they are made from, reminders against grains. Exact while the
/// portal is stopped; while it runs, what is just being written may show as behind.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="engine">The engine that stores its grain state and reminders.</param>
/// <param name="secrets">The installation's secret; null: not known here, and not compared.</param>
/// <param name="time">The clock.</param>
public sealed class Verifier(Database database, EngineTables engine, PortalSecrets? secrets, TimeProvider time)
{
    /// <summary>Verifies, and repairs the lists before if asked to.</summary>
    /// <exception cref="TransferRefusedException">
    /// A repair of a database that a portal runs on, or tables that are not up to date.
    /// </exception>
    public async Task RunAsync(VerificationReport report, bool repair, CancellationToken ct = default)
    {
        var missing = PortalSchema.Missing(await database.SchemaAsync(ct), PortalSchema.Of(engine));
        if (missing.Count > 0)
            throw new TransferRefusedException(
                $"The tables are not up to date ({string.Join(", ", missing)}): run `Portal.Silo migrate` first.");
        if (repair) await RepairAsync(report, ct);
        var started = time.GetTimestamp();
        var theirs = await Installation.FingerprintAsync(database, ct);
        if (secrets is not null && theirs is not null && theirs != Installation.Fingerprint(secrets))
            report.Add(Severity.Problem, "another-secret", "installation", Installation.AnotherSecret);
        using var facts = new Facts();
        var reader = new FactsReader(facts, keepStale: false);
        await database.SnapshotAsync(async connection =>
        {
            await reader.ReadAsync(connection, engine, report, ct);
            return true;
        }, ct);
        foreach (var check in Check.All)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var (subject, text) in facts.Query<(string, string)>(check.Sql)) report.Add(check.Severity, check.Kind, subject, text);
        }

        report.Looked("states", reader.States);
        report.Looked("rows", reader.Rows);
        if (secrets is null)
            report.Add(Severity.Pending, "audit-unchecked", "audit log", "Portal:Secret is not set, and its chain is keyed");
        else report.Looked("audit rows", await new AuditCheck(database, secrets).RunAsync(report, reader.Organisations, ct));
        report.Looked("seconds", (long)time.GetElapsedTime(started).TotalSeconds);
    }

    private async Task RepairAsync(VerificationReport report, CancellationToken ct)
    {
        ProcessLock held;
        try
        {
            held = await database.AcquireProcessLockAsync(ct);
        }
        catch (AlreadyRunningException error)
        {
            throw new TransferRefusedException(error.Message);
        }

        await using (held)
        {
            using var facts = new Facts();
            await database.SnapshotAsync(async connection =>
            {
                if (await Schema.HasRunningSilosAsync(connection, await Catalog.TablesAsync(connection, ct)))
                    throw new TransferRefusedException("Silos are running on this database, or were five minutes ago: stop them first.");
                await new FactsReader(facts, keepStale: true).ReadAsync(connection, engine, report, ct);
                return true;
            }, ct);
            await new Repair(database, facts).RunAsync(report, ct);
        }
    }
}
