using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;
using Portal.Storage;

namespace Portal.Grains.Embedded;

/// <summary>A part of an activation's state whose type is not known here.</summary>
internal interface IStoredState
{
    Task ReadStateAsync();
}

/// <summary>
/// A part of an activation's state: a row of <c>grain_state</c>, its version in <c>etag</c>, its value as JSON in <c>payload</c>.
/// </summary>
internal sealed class StoredState<T>(Activation activation, string name) : IPersistentState<T>, IStoredState
{
    private const string Key = "grain_type = @type AND grain_key = @key AND state_name = @name";

    private const string Insert = "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) "
        + "VALUES (@type, @key, @name, @next, @payload, @now) ON CONFLICT DO NOTHING";

    private const string Update = $"UPDATE grain_state SET etag = @next, payload = @payload, modified = @now WHERE {Key} AND etag = @etag";
    private const string Delete = $"DELETE FROM grain_state WHERE {Key} AND etag = @etag";

    private const string Select = $"SELECT etag, payload FROM grain_state WHERE {Key}";

    private long _etag;

    public T State { get; set; } = Activator.CreateInstance<T>();

    public string? Etag => _etag == 0 ? null : _etag.ToString(CultureInfo.InvariantCulture);

    public bool RecordExists => _etag != 0;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var (etag, payload) = await activation.Silo.UnlessKilled(activation.Silo.Database.ReadAsync(
            connection => connection.FirstAsync(
                Select, static row => (Etag: row.GetInt64(0), Payload: (string?)row.GetString(1)), cancellationToken,
                ("type", activation.Kind.Type.ToString()), ("key", activation.Key), ("name", name)),
            cancellationToken));
        _etag = etag;
        State = payload is null ? Activator.CreateInstance<T>() : JsonSerializer.Deserialize<T>(payload, activation.Silo.Options.Json)!;
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(State, activation.Silo.Options.Json);
        var now = activation.Silo.Time.GetUtcNow();
        await ExecuteAsync(_etag == 0 ? Insert : Update, cancellationToken, ("next", _etag + 1), ("payload", payload), ("now", now));
        _etag++;
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        if (_etag != 0) await ExecuteAsync(Delete, cancellationToken);
        _etag = 0;
        State = Activator.CreateInstance<T>();
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var kind = activation.Kind;
        (string, object?)[] parameters = [("type", kind.Type.ToString()), ("key", activation.Key), ("name", name), .. values];
        if (_etag != 0) parameters = [.. parameters, ("etag", _etag)];
        var unit = new WriteUnit($"state:{kind.Name}", new Statement(sql, parameters) { MustAffect = 1 });
        try
        {
            await activation.Silo.UnlessKilled(activation.Silo.Database.WriteAsync(unit, cancellationToken));
        }
        catch (WriteConflictException conflict)
        {
            throw new InconsistentStateException($"The state '{name}' of {kind.Name} was changed by somebody else.", null, Etag, conflict);
        }
    }
}
