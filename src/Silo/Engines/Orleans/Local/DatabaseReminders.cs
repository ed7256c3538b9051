using System.Globalization;
using Dapper;
using Orleans;
using Orleans.Runtime;
using Portal.Storage;

namespace Portal.Silo.Engines.Local;

/// <summary>Reminders in the portal's own database, in the table of the embedded engine: for a silo that is alone.</summary>
/// <param name="database">Where.</param>
internal sealed class DatabaseReminders(Database database) : IReminderTable
{
    private const string Columns = "SELECT grain_type AS Type, grain_key AS Key, name AS Name, due AS Due, period AS Period FROM reminders";

    public Task<ReminderTableData> ReadRows(GrainId grainId) => RowsAsync(row => row.GrainId == grainId);

    // A range is open at its beginning, closed at its end, and may run over the largest hash into the smallest.
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => RowsAsync(row => row.GrainId.GetUniformHashCode() is var hash
        && (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        (await AllAsync()).Find(row => row.GrainId == grainId && row.ReminderName == reminderName);

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var due = new DateTimeOffset(DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc)).ToUnixTimeMilliseconds();
        var period = (long)entry.Period.TotalMilliseconds;
        await WriteAsync(
            "INSERT INTO reminders (grain_type, grain_key, name, due, period) VALUES (@type, @key, @name, @due, @period) "
            + "ON CONFLICT (grain_type, grain_key, name) DO UPDATE SET due = excluded.due, period = excluded.period",
            entry.GrainId, entry.ReminderName, ("due", due), ("period", period));
        return Tag(due, period);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        if (await ReadRow(grainId, reminderName) is not { } row || row.ETag != eTag) return false;
        var removed = await WriteAsync(
            "DELETE FROM reminders WHERE grain_type = @type AND grain_key = @key AND name = @name", grainId, reminderName);
        return removed[0] == 1;
    }

    public Task TestOnlyClearTable() => database.WriteAsync(new WriteUnit("reminders", new Statement("DELETE FROM reminders")));

    private static string Tag(long due, long period) => string.Create(CultureInfo.InvariantCulture, $"{due}/{period}");

    private Task<int[]> WriteAsync(string sql, GrainId grain, string name, params (string Name, object? Value)[] values) =>
        database.WriteAsync(new WriteUnit("reminders", new Statement(
            sql, [("type", grain.Type.ToString()), ("key", grain.Key.ToString()), ("name", name), .. values])));

    private async Task<ReminderTableData> RowsAsync(Func<ReminderEntry, bool> which) => new((await AllAsync()).Where(which));

    private async Task<List<ReminderEntry>> AllAsync() =>
    [
        .. (await database.ReadAsync(connection => connection.QueryAsync<Row>(Columns))).Select(row => new ReminderEntry
        {
            GrainId = GrainId.Create(row.Type, row.Key),
            ReminderName = row.Name,
            StartAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Due).UtcDateTime,
            Period = TimeSpan.FromMilliseconds(row.Period),
            ETag = Tag(row.Due, row.Period),
        }),
    ];

    private sealed class Row
    {
        public string Type { get; init; } = "";

        public string Key { get; init; } = "";

        public string Name { get; init; } = "";

        public long Due { get; init; }

        public long Period { get; init; }
    }
}
