using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Grains.Invitations;
using Portal.Grains.Organisations;
using Portal.Grains.PatientLinks;
using Portal.Grains.Patients;
using Portal.Grains.Sessions;
using Portal.Grains.Staff;
using Portal.Silo.Data.Transfer;
using Portal.Storage;

namespace Portal.Silo.Data.Verification;

/// <summary>
/// Reads a database once, from one snapshot, into <see cref="Facts"/>: tables first, so that a state finds what lists say of it.
/// </summary>
/// <param name="facts">Where to.</param>
/// <param name="keepStale">Whether states that their list is behind of are kept, for a repair.</param>
public sealed class FactsReader(Facts facts, bool keepStale)
{
    // Names of lists are those of their tables.
    internal const string Patients = "patients", Invitations = "invitations", Links = "patient_links", Sessions = "sessions";

    private const string Patient = "patient";

    /// <summary>The organisations that exist.</summary>
    public HashSet<string> Organisations { get; } = new(StringComparer.Ordinal);

    /// <summary>States read.</summary>
    public long States { get; private set; }

    /// <summary>Rows of lists and reminders read.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads everything.</summary>
    public async Task ReadAsync(DbConnection connection, EngineTables engine, VerificationReport report, CancellationToken ct)
    {
        var sections = Section.Of(engine, await Catalog.TablesAsync(connection, ct)).ToDictionary(section => section.Name);
        await ReadTablesAsync(connection, ct);
        string[] order = [EngineTables.Reminder.Name, EngineTables.State.Name];
        foreach (var section in order.Where(sections.ContainsKey).Select(name => sections[name]))
        {
            await foreach (var stored in section.Table.RowsAsync(connection, ct))
            {
                if (section.Read(stored) is not { } row) continue;
                if (section.Name == EngineTables.State.Name) ReadState((string)row[0]!, (string)row[1]!, (string)row[4]!, report);
                else facts.Add("reminder", row[0], row[1], row[2]);
                Rows++;
            }
        }

        Rows -= States;
        await ReadIntakesAsync(connection, ct);
    }

    // Patients registered in bulk whose grain has stored nothing yet: what was registered is their state.
    private Task ReadIntakesAsync(DbConnection connection, CancellationToken ct) => EachAsync(
        connection, "SELECT organisation, patient, payload FROM patient_intake", row =>
        {
            var (organisation, patient) = ((string)row[0], (string)row[1]);
            if (facts.HasPerson(organisation, Patient, patient)) return;
            var state = PatientIntake.From((string)row[2]).State();
            var key = GrainKeys.ForPatient(organisation, patient);
            facts.Add("person", organisation, Patient, patient);
            facts.Add("state", Patient, key, organisation, Patients, patient, state.Version);
            if (keepStale && facts.Listed(Patients, organisation, patient) != (state.Version, true))
                facts.Add("stale", Patients, organisation, patient, JsonSerializer.Serialize(state));
        }, ct);

    private async Task ReadTablesAsync(DbConnection connection, CancellationToken ct)
    {
        await EachAsync(connection, "SELECT organisation, kind, value_hash, patient FROM credential_claims",
            row => facts.Add("claim_row", row[0], row[1], row[2], row[3]), ct);
        await EachAsync(connection, "SELECT organisation, patient, version, words FROM patients", row =>
        {
            var words = PatientDirectoryTable.Parted((string)row[3]);
            facts.Add("listed", Patients, row[0], row[1], row[2], words.Count, words.Sum(word => Sum(Encoding.UTF8.GetBytes(word))));
        }, ct);
        await EachAsync(connection, "SELECT organisation, patient, word FROM patient_words",
            row => facts.Add("word", row[0], row[1], 1L, Sum((byte[])row[2])), ct);
        foreach (var list in new[] { Invitations, Links, Sessions })
        {
            await EachAsync(connection, $"SELECT organisation, token_hash, version FROM {list}",
                row => facts.Add("listed", list, row[0], row[1], row[2], null, null), ct);
        }

        await EachAsync(connection, "SELECT organisation, id, patient FROM outbox WHERE patient IS NOT NULL",
            row => Mention("outbox", row[1], (string)row[0], Patient, (string)row[2]), ct);
        await EachAsync(connection, "SELECT organisation, appointment, patient FROM appointments",
            row => Mention("appointments", row[1], (string)row[0], Patient, (string)row[2]), ct);
    }

    private async Task EachAsync(DbConnection connection, string sql, Action<object[]> read, CancellationToken ct)
    {
        await using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(sql, commandTimeout: BulkLoad.TimeoutSeconds, cancellationToken: ct));
        var row = new object[reader.FieldCount];
        while (await reader.ReadAsync(ct))
        {
            reader.GetValues(row);
            read(row);
            Rows++;
        }
    }

    private void ReadState(string type, string key, string json, VerificationReport report)
    {
        States++;
        var organisation = GrainKeys.OrganisationOf(key);
        var item = GrainKeys.Second(key).ToString();
        try
        {
            var (list, version) = Read(type, key, organisation, item, json);
            facts.Add("state", type, key, organisation, list, item, version);
            if (keepStale && list is Patients or Invitations or Links or Sessions
                && facts.Listed(list, organisation, item) != (version, true)) facts.Add("stale", list, organisation, item, json);
        }
        catch (JsonException)
        {
            facts.Add("state", type, key, organisation, null, item, 0L);
            report.Add(Severity.Problem, "unreadable-state", $"{type} {key}", "its JSON cannot be read");
        }
    }

    /// <summary>The list that shows a state, and the version it should have; null where none does.</summary>
    private (string? List, long Version) Read(string type, string key, string organisation, string item, string json)
    {
        switch (type)
        {
            case "organisation" when Organisation.Exists(Parse<OrganisationState>(json)):
                facts.Add("organisation", organisation);
                Organisations.Add(organisation);
                return (null, 0);
            case "staff" when Parse<StaffState>(json) is { Email.Length: > 0 }:
                facts.Add("person", organisation, "staff", item);
                return ("staff", 0);
            case "patient" when Parse<PatientState>(json) is { Registered: true } patient:
                return ReadPatient(patient, organisation, item, key);
            case "credential":
                var claim = Parse<CredentialClaimState>(json);
                var hash = GrainKeys.Third(key).ToString();
                facts.Add("claim", organisation, item, hash, claim.Stage.ToString(), claim.Patient, claim.Operation);
                return ("credential", 0);
            case "invitation" when Parse<StoredInvitation>(json) is { Patient.Length: > 0 } invitation:
                Mention(type, item, organisation, Patient, invitation.Patient);
                if (invitation.Outcome == InvitationState.Pending) facts.Add("wake", type, key);
                return (Invitations, invitation.Version);
            case "patientlink" when Parse<PatientLinkState>(json) is { Patient.Length: > 0 } link:
                Mention(type, item, organisation, Patient, link.Patient);
                return (Links, link.Version);
            case "session" when Parse<SessionState>(json) is { Phase: not SessionPhase.None } session:
                var kind = session.Kind == PrincipalKind.Patient ? Patient : "staff";
                if (session.Subject.Length > 0) Mention(type, item, organisation, kind, session.Subject);
                return (Sessions, session.Version);
            case "clinicalrecord":
                Mention(type, item, organisation, Patient, item);
                return (null, 0);
            default:
                return (null, 0);
        }
    }

    private (string? List, long Version) ReadPatient(PatientState patient, string organisation, string id, string key)
    {
        facts.Add("person", organisation, Patient, id);
        foreach (var bound in patient.Credentials) facts.Add("bound", organisation, GrainKeys.Segment(bound.Kind), bound.Hash, id);
        if (patient.Pending is { } change)
        {
            facts.Add("change", organisation, id, change.Operation, change.Hash, change.OldHash);
            facts.Add("wake", Patient, key);
        }

        // Who is on file to act for others only is in no list.
        return patient.CaregiverOnly ? (null, 0) : (Patients, patient.Version);
    }

    private void Mention(string source, object item, string organisation, string kind, string id) =>
        facts.Add("mention", source, item, organisation, kind, id);

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json) ?? throw new JsonException("It is null.");

    // 40 bits, so that SQLite can add up those of all words of a patient.
    private static long Sum(byte[] word)
    {
        var hash = 14695981039346656037UL;
        foreach (var one in word) hash = unchecked((hash ^ one) * 1099511628211UL);
        return (long)(hash >> 24);
    }
}
