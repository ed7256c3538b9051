using System.Data;
using Npgsql;

namespace Portal.Storage.Tests;

/// <summary>
/// Runs the statements that a database keeps for Orleans, the way its ADO.NET providers do: read from <c>OrleansQuery</c> by name, with the
/// documented parameters as types of ADO.NET.
/// </summary>
internal sealed class OrleansQueries : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    private OrleansQueries(string setting) => _source = NpgsqlDataSource.Create(setting);

    public IReadOnlyCollection<string> Names => _texts.Keys;

    public static async Task<OrleansQueries> ReadAsync(string setting)
    {
        const string prefix = "postgres:";
        var queries = new OrleansQueries(setting.StartsWith(prefix, StringComparison.Ordinal) ? setting[prefix.Length..] : setting);
        foreach (var row in await queries.RunAsync("SELECT QueryKey, QueryText FROM OrleansQuery", []))
            queries._texts.Add((string)row["QueryKey"]!, (string)row["QueryText"]!);
        return queries;
    }

    /// <summary>The rows a named statement answers with.</summary>
    public Task<List<Dictionary<string, object?>>> AskAsync(string name, params (string Name, DbType Type, object? Value)[] parameters) =>
        RunAsync(_texts[name], parameters);

    /// <summary>The single value a named statement answers with.</summary>
    public async Task<T> OneAsync<T>(string name, params (string Name, DbType Type, object? Value)[] parameters) =>
        (T)(await AskAsync(name, parameters)).Single().Values.Single()!;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<List<Dictionary<string, object?>>> RunAsync(string text, (string Name, DbType Type, object? Value)[] parameters)
    {
        await using var command = _source.CreateCommand(text);
        foreach (var (name, type, value) in parameters)
            command.Parameters.Add(new NpgsqlParameter { ParameterName = name, DbType = type, Value = value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i), StringComparer.OrdinalIgnoreCase));
        }
        return rows;
    }
}
