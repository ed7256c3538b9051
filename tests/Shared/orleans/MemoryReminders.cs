using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace Portal.Tests.Shared;

/// <summary>Reminders that outlive a silo, not the test.</summary>
public sealed class MemoryReminders : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId Grain, string Name), ReminderEntry> _rows = new();
    private int _version;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Rows(row => row.GrainId == grainId);

    // A range is open at its beginning, closed at its end, and may run over the largest hash into the smallest.
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Rows(row => row.GrainId.GetUniformHashCode() is var hash
        && (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(_rows.GetValueOrDefault((grainId, reminderName)));

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        entry.ETag = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
        _rows[(entry.GrainId, entry.ReminderName)] = entry;
        return Task.FromResult<string?>(entry.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
        _rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.TryRemove((grainId, reminderName), out _));

    public Task TestOnlyClearTable()
    {
        _rows.Clear();
        return Task.CompletedTask;
    }

    private Task<ReminderTableData> Rows(Func<ReminderEntry, bool> which) =>
        Task.FromResult(new ReminderTableData(_rows.Values.Where(which)));
}
