using System.Text.Json;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Audit;
using Portal.Grains.Credentials;
using Portal.Grains.Invitations;
using Portal.Grains.Organisations;
using Portal.Grains.Patients;
using Portal.Silo.Data;
using Portal.Storage;

namespace Portal.Silo.Tests.Data;

/// <summary>
/// A database with one clinic: Alice, who has a username and an invitation; its log; an outgoing message; a key of data protection. All of
/// it fits together.
/// </summary>
internal static class SampleData
{
    public const string Organisation = "cafe"; // Reads as a number, as Orleans' storage sees it.
    public const string Secret = "tests-q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ";

    public static readonly PortalSecrets Secrets = PortalSecrets.From(Secret, isProduction: false);
    public static readonly string Alice = Ids.Derive("p", "Alice");
    public static readonly string Token = Tokens.Hash("token");
    private static readonly DateTimeOffset Made = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);
    private static readonly KeyedHash Hashes = new(Secrets);

    public static string Username => CredentialHash.Of(Hashes, Organisation, CredentialKind.Username, "alice");

    public static PatientState Patient => new()
    {
        Registered = true,
        GivenName = "Alice",
        FamilyName = "O'Neill \"Zoë\" 🌍\n",
        BirthDate = new DateOnly(1980, 2, 29),
        Level = AccessLevel.CanAccess,
        Credentials = [new BoundCredential { Kind = CredentialKind.Username, Value = "alice", Hash = Username, SetAt = Made }],
        CurrentInvitation = Token,
        Version = 3,
    };

    public static StoredInvitation Invited =>
        Invitation.Create(Alice, "alice@example.org", new PatientStanding(), Made) with { Version = 1 };

    /// <summary>Makes the tables of the embedded engine and fills them.</summary>
    public static async Task FillAsync(Database database)
    {
        await database.MigrateAllAsync(PortalSchema.Of(EngineTables.Named("embedded")!));
        await Installation.CheckSecretAsync(database, Secrets);
        await StateAsync(database, "organisation", Organisation, new OrganisationState { Name = "Café" });
        await StateAsync(database, "patient", GrainKeys.ForPatient(Organisation, Alice), Patient);
        await StateAsync(database, "invitation", GrainKeys.ForInvitation(Organisation, Token), Invited);
        await StateAsync(database, "credential", GrainKeys.ForCredential(Organisation, CredentialKind.Username, Username),
            new CredentialClaimState { Stage = ClaimStage.Held, Patient = Alice, Operation = "op" });
        await database.WriteAsync(CredentialClaimTable.Hold(Organisation, CredentialKind.Username, Username, Alice, Made));
        await database.WriteAsync(InvitationTable.Upsert(Organisation, Token, Invited));
        await database.WriteAsync(PatientDirectoryTable.Write(Organisation, Grains.Patients.Patient.Row(Patient, Alice),
            new DirectoryEntry(3, Grains.Patients.Patient.Words(Patient, Alice)), before: null));
        await ExecuteAsync(
            database, "INSERT INTO reminders (grain_type, grain_key, name, due, period) VALUES (@type, @key, @name, @due, 60000)",
            ("type", "invitation"), ("key", GrainKeys.ForInvitation(Organisation, Token)), ("name", "invitation"), ("due", Made));
        await ExecuteAsync(database, "INSERT INTO data_protection_keys (name, xml) VALUES ('key-1', '<key/>')");
        await LogAsync(database);
    }

    public static Task StateAsync<T>(Database database, string type, string key, T state) => ExecuteAsync(database,
        "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) VALUES (@type, @key, @type, 7, @json, @now)",
        ("type", type), ("key", key), ("json", JsonSerializer.Serialize(state)), ("now", Made));

    public static Task ExecuteAsync(Database database, string sql, params (string, object?)[] parameters) =>
        database.WriteAsync(new WriteUnit("test", new Statement(sql, parameters)));

    private static async Task LogAsync(Database database)
    {
        var chain = new AuditChain(Hashes);
        var rows = chain.Extend(0, [],
        [
            .. Enumerable.Range(1, 5).Select(i => new AuditEntry
            {
                Id = Ids.Derive("a", $"{i}"),
                Organisation = Organisation,
                At = Made,
                Action = "organisation.founded",
                Details = new Dictionary<string, string> { ["row"] = $"{i}" },
            }),
        ]);
        await database.WriteAsync(AuditTable.Append(rows, chain.Seal(Organisation, 5, rows[^1].Hash)));
    }
}
