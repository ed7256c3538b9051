using System.Text.Json;
using Portal.Grains.Invitations;
using Portal.Grains.PatientLinks;
using Portal.Grains.Patients;
using Portal.Grains.Sessions;
using Portal.Storage;

namespace Portal.Silo.Data.Verification;

/// <summary>
/// Writes the rows of lists anew from the grains' state, where the two differ, and removes rows without state. Touches no state: what
/// grains hold is never judged from a list.
/// </summary>
/// <param name="database">The database, which nobody else runs on.</param>
/// <param name="facts">What was found, with the states that lists are behind of.</param>
internal sealed class Repair(Database database, Facts facts)
{
    // Rows written side by side, so that they share commits.
    private const int AtOnce = 256;

    /// <summary>Repairs.</summary>
    public async Task RunAsync(VerificationReport report, CancellationToken ct)
    {
        var stale = facts.Query<(string List, string Organisation, string Item, string State)>(
            "SELECT list, organisation, item, state FROM stale");
        foreach (var group in stale.Chunk(AtOnce))
        {
            ct.ThrowIfCancellationRequested();
            await Task.WhenAll(group.Select(row => database.WriteAsync(Rewrite(row.List, row.Organisation, row.Item, row.State), ct)));
            foreach (var (list, organisation, item, _) in group)
                report.Add(Severity.Repaired, "list-behind", $"{list} {organisation}/{item}", "written anew from the state");
        }

        const string WithoutState = """
            SELECT l.list, l.organisation, l.item FROM listed l LEFT JOIN (SELECT list, organisation, item FROM state) s
            USING (list, organisation, item) WHERE s.item IS NULL
            UNION SELECT 'patients', w.organisation, w.patient FROM word w LEFT JOIN listed l
            ON l.list = 'patients' AND l.organisation = w.organisation AND l.item = w.patient
            WHERE l.item IS NULL AND NOT EXISTS (SELECT 1 FROM person p
                WHERE p.organisation = w.organisation AND p.kind = 'patient' AND p.id = w.patient)
            """;
        foreach (var (list, organisation, item) in facts.Query<(string, string, string)>(WithoutState))
        {
            await database.WriteAsync(new WriteUnit("repair", [.. Remove(list, organisation, item)]), ct);
            report.Add(Severity.Repaired, "list-without-state", $"{list} {organisation}/{item}", "removed from the list");
        }
    }

    private static WriteUnit Rewrite(string list, string organisation, string item, string json)
    {
        var unit = list switch
        {
            FactsReader.Invitations => InvitationTable.Upsert(organisation, item, Parse<StoredInvitation>(json)),
            FactsReader.Links => PatientLinkTable.Upsert(organisation, item, Parse<PatientLinkState>(json)),
            FactsReader.Sessions => SessionTable.Upsert(organisation, item, Parse<SessionState>(json)),
            _ => Patient(organisation, item, Parse<PatientState>(json)),
        };
        return new WriteUnit("repair", [.. Remove(list, organisation, item), .. unit.Statements]);
    }

    private static WriteUnit Patient(string organisation, string id, PatientState state) => PatientDirectoryTable.Write(
        organisation, Grains.Patients.Patient.Row(state, id),
        new DirectoryEntry(state.Version, Grains.Patients.Patient.Words(state, id)), before: null);

    private static IEnumerable<Statement> Remove(string list, string organisation, string item)
    {
        var column = list == FactsReader.Patients ? "patient" : "token_hash";
        (string, object?)[] row = [("organisation", organisation), ("item", item)];
        yield return new Statement($"DELETE FROM {list} WHERE organisation = @organisation AND {column} = @item", row);
        if (list == FactsReader.Patients)
            yield return new Statement("DELETE FROM patient_words WHERE organisation = @organisation AND patient = @item", row);
    }

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json)!;
}
