using System.Globalization;
using System.Text.Json;
using Dapper;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Silo.Engines.Local;

/// <summary>
/// Grain state in the portal's own database, in the table and at the points of fault injection of the embedded engine: for a silo that is
/// alone, in Development and tests.
/// </summary>
/// <param name="database">Where.</param>
internal sealed class DatabaseGrainStorage(Database database) : IGrainStorage
{
    private const string ThisState = "grain_type = @type AND grain_key = @key AND state_name = @name";

    // Orleans names a grain's type in lower case; the points of fault injection carry the name of the class.
    private static readonly Dictionary<string, string> Names = typeof(PortalGrain).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Grain)))
        .Select(t => t.Name[..^"Grain".Length]).ToDictionary(name => name.ToLowerInvariant(), StringComparer.Ordinal);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<(long Etag, string Payload)>(
            $"SELECT etag, payload FROM grain_state WHERE {ThisState}",
            new { type = grainId.Type.ToString(), key = grainId.Key.ToString(), name = stateName }));
        grainState.RecordExists = row.Etag > 0;
        grainState.ETag = grainState.RecordExists ? row.Etag.ToString(CultureInfo.InvariantCulture) : null;
        grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(row.Payload)! : Activator.CreateInstance<T>();
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var next = Version(grainState) + 1;
        await ExecuteAsync(
            next == 1
                ? "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) "
                    + "VALUES (@type, @key, @name, @next, @payload, 0) ON CONFLICT DO NOTHING"
                : $"UPDATE grain_state SET etag = @next, payload = @payload WHERE {ThisState} AND etag = @next - 1",
            stateName, grainId, grainState, ("next", next), ("payload", JsonSerializer.Serialize(grainState.State)));
        grainState.ETag = next.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Version(grainState) is > 0 and var etag)
            await ExecuteAsync(
                $"DELETE FROM grain_state WHERE {ThisState} AND etag = @etag", stateName, grainId, grainState, ("etag", etag));
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private static long Version<T>(IGrainState<T> state) =>
        string.IsNullOrEmpty(state.ETag) ? 0 : long.Parse(state.ETag, CultureInfo.InvariantCulture);

    private async Task ExecuteAsync<T>(
        string sql, string stateName, GrainId grainId, IGrainState<T> state, params (string Name, object? Value)[] values)
    {
        (string, object?)[] parameters =
            [("type", grainId.Type.ToString()), ("key", grainId.Key.ToString()), ("name", stateName), .. values];
        try
        {
            await database.WriteAsync(new WriteUnit(
                $"state:{Names[grainId.Type.ToString()!]}", new Statement(sql, parameters) { MustAffect = 1 }));
        }
        catch (WriteConflictException conflict)
        {
            throw new InconsistentStateException("The state was changed by somebody else.", null, state.ETag, conflict);
        }
    }
}
