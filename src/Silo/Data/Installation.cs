using Dapper;
using Portal.Grains.Abstractions.Shared;
using Portal.Silo.Settings;
using Portal.Storage;

namespace Portal.Silo.Data;

/// <summary>
/// What the database knows of its installation: table <c>installation</c> with the fingerprint of the secret everything in it was
/// written under. Keyed hashes and ciphers made with another secret find and read nothing, so a start with another one is refused
/// before it does any harm.
/// </summary>
public static class Installation
{
    /// <summary>The table's component.</summary>
    public static readonly SchemaComponent Component = new("installation",
    [
        new(1, "installation", "CREATE TABLE installation (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"),
    ]);

    private const string Secret = "secret";
    private const int FingerprintBytes = 16;
    internal const string Select = "SELECT value FROM installation WHERE name = 'secret'";

    /// <summary>Names a secret and gives nothing of it away: derived from it like a key, and used for nothing else.</summary>
    public static string Fingerprint(PortalSecrets secrets) => Convert.ToHexStringLower(secrets.Derive("fingerprint", FingerprintBytes));

    /// <summary>The fingerprint the database has; null where nothing was written under a secret yet.</summary>
    public static Task<string?> FingerprintAsync(Database database, CancellationToken ct = default) =>
        database.ReadAsync(
            connection => connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(Select, cancellationToken: ct)), ct);

    /// <summary>Writes the fingerprint into a database that has none; compares where it has one.</summary>
    /// <exception cref="SettingsException">It was written under another secret.</exception>
    public static async Task CheckSecretAsync(Database database, PortalSecrets secrets, CancellationToken ct = default)
    {
        var ours = Fingerprint(secrets);
        if (await FingerprintAsync(database, ct) is null)
        {
            await database.WriteAsync(new WriteUnit("installation", new Statement(
                "INSERT INTO installation (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING",
                ("name", Secret), ("value", ours))), ct);
        }

        if (await FingerprintAsync(database, ct) != ours) throw new SettingsException([AnotherSecret]);
    }

    /// <summary>What is said about a secret that does not fit.</summary>
    public const string AnotherSecret =
        "Portal:Secret is not the secret this data was written under: credentials, codes and keys in it could not be found or read. "
        + "Set the one it was made with (it is not part of an export or of a copy of the database).";
}
