using System.Globalization;
using System.Text;
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
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>
/// Fills an empty database with patients, each with a credential and an outstanding invitation, as so many registrations and invitations
/// would have left it: state, reminders, lists, words, claims and the log. In bulk, so that a million take minutes.
/// </summary>
/// <param name="patients">How many.</param>
/// <param name="deadline">When all invitations end.</param>
/// <param name="secrets">What hashes are keyed with.</param>
public sealed class Sizes(int patients, DateTimeOffset deadline, PortalSecrets secrets)
{
    /// <summary>The organisation that has them.</summary>
    public const string Organisation = "metropolis";

    private static readonly string[] Given = ["Alice", "Bruno", "Chiara", "Dmitri", "Esra", "Femi", "Grace", "Hiro", "Ines"];
    private static readonly string[] Family = ["Abara", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito"];
    private readonly KeyedHash _hashes = new(secrets);
    private readonly DateTimeOffset _made = deadline - Invitation.Lifetime;

    /// <summary>The token of the last invitation of all, to ask about while the others are being ended.</summary>
    public static string LastToken(int patients) => Token(patients - 1);

    /// <summary>Fills it.</summary>
    public Task FillAsync(Database database) => database.LoadAsync(async load =>
    {
        var tables = (await Catalog.TablesAsync(load.Connection)).ToDictionary(table => table.Name);
        await FillAsync(load, tables["grain_state"], States());
        await FillAsync(load, tables["reminders"], Each(Reminder));
        await FillAsync(load, tables["credential_claims"], Each(ClaimRow));
        await FillAsync(load, tables["patients"], Each(i => PatientRow(i).Statements[0].Parameters));
        var words = Each(PatientRow).SelectMany(unit => unit.Statements.Skip(1)).Select(statement => statement.Parameters);
        await FillAsync(load, tables["patient_words"], words);
        var invitations = Each(i => InvitationTable.Upsert(Organisation, TokenHash(i), InvitationOf(i)).Statements[0].Parameters);
        await FillAsync(load, tables["invitations"], invitations);
        var log = Log().Statements;
        await FillAsync(load, tables["audit_log"], log.SkipLast(1).Select(statement => statement.Parameters));
        await FillAsync(load, tables["audit_heads"], log.TakeLast(1).Select(statement => statement.Parameters));
    });

    // The parameters of the features' own statements are the columns of their tables.
    private static Task FillAsync(BulkLoad load, TableDescription table, IEnumerable<(string Name, object? Value)[]> rows) =>
        FillAsync(load, table, rows.Select(row => Row(table, row)));

    private static async Task FillAsync(BulkLoad load, TableDescription table, IEnumerable<object?[]> rows)
    {
        await using var writer = await load.IntoAsync(table);
        foreach (var row in rows) await writer.AddAsync(row);
        await writer.CompleteAsync();
        Console.WriteLine($"{table.Name} filled");
    }

    private static object?[] Row(TableDescription table, params (string Name, object? Value)[] values) =>
        [.. table.Columns.Select(column => Stored(Array.Find(values, value => value.Name == column.Name).Value))];

    private static object? Stored(object? value) => value switch
    {
        bool flag => flag ? 1L : 0L,
        int number => (long)number,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        _ => value,
    };

    private IEnumerable<T> Each<T>(Func<int, T> make) => Enumerable.Range(0, patients).Select(make);

    private IEnumerable<object?[]> States()
    {
        yield return State("organisation", Organisation, new OrganisationState { Name = "Metropolis Clinics" });
        for (var i = 0; i < patients; i++)
        {
            yield return State("patient", GrainKeys.ForPatient(Organisation, Id(i)), PatientOf(i));
            yield return State("invitation", InvitationKey(i), InvitationOf(i));
            yield return State("credential", GrainKeys.ForCredential(Organisation, CredentialKind.Username, HashOf(i)),
                new CredentialClaimState { Stage = ClaimStage.Held, Patient = Id(i), Operation = "fill" });
        }
    }

    private object?[] State<T>(string type, string key, T state) =>
        [type, key, type, 1L, JsonSerializer.Serialize(state), _made.ToUnixTimeMilliseconds()];

    private (string, object?)[] Reminder(int i) =>
    [
        ("grain_type", "invitation"), ("grain_key", InvitationKey(i)), ("name", "invitation"),
        ("due", deadline.ToUnixTimeMilliseconds()), ("period", 3_600_000L),
    ];

    private (string, object?)[] ClaimRow(int i) =>
    [
        ("organisation", Organisation), ("kind", "username"), ("value_hash", HashOf(i)), ("patient", Id(i)), ("held_at", _made),
    ];

    private WriteUnit PatientRow(int i)
    {
        var state = PatientOf(i);
        var entry = new DirectoryEntry(state.Version, Patient.Words(state, Id(i)));
        return PatientDirectoryTable.Write(Organisation, Patient.Row(state, Id(i)), entry, before: null);
    }

    private StoredInvitation InvitationOf(int i) =>
        Invitation.Create(Id(i), Email(i), new PatientStanding(), _made) with { Version = 1 };

    private PatientState PatientOf(int i)
    {
        var state = new PatientState
        {
            Registered = true,
            GivenName = Given[i % Given.Length],
            FamilyName = Family[i / Given.Length % Family.Length] + "-" + Family[i / 200 % Family.Length],
            BirthDate = new DateOnly(1930, 1, 1).AddDays(i % 30_000),
            Contact = new ContactDetails { Email = Email(i), PostalCode = "AB1 2CD", Street = "High Street", Town = "Metropolis" },
            Level = AccessLevel.CanAccess,
            Credentials = [new BoundCredential { Kind = CredentialKind.Username, Value = Username(i), Hash = HashOf(i), SetAt = _made }],
            CurrentInvitation = TokenHash(i),
            Version = 1,
        };
        return state;
    }

    private WriteUnit Log()
    {
        var chain = new AuditChain(_hashes);
        var founded = new AuditEntry { Id = Ids.New("a"), Organisation = Organisation, At = _made, Action = "organisation.founded" };
        var rows = chain.Extend(0, [], [founded]);
        return AuditTable.Append(rows, chain.Seal(Organisation, rows[^1].Entry.Sequence, rows[^1].Hash));
    }

    private static string Id(int i) => Ids.Derive("p", $"fill/{i}");

    private static string Token(int i) => System.Buffers.Text.Base64Url.EncodeToString(
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"fill/{i}")));

    private static string TokenHash(int i) => Tokens.Hash(Token(i));

    private static string InvitationKey(int i) => GrainKeys.ForInvitation(Organisation, TokenHash(i));

    private static string Email(int i) => string.Create(CultureInfo.InvariantCulture, $"user{i}@example.org");

    private static string Username(int i) => string.Create(CultureInfo.InvariantCulture, $"user{i}");

    private string HashOf(int i) => CredentialHash.Of(_hashes, Organisation, CredentialKind.Username, Username(i));
}
