using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <inheritdoc cref="IAppointmentListGrain" />
/// <remarks>Every page that a patient comes home to shows the next appointments: while nothing changes they are read once.</remarks>
public sealed class AppointmentListGrain(Database database, TimeProvider time) : PortalGrain(time), IAppointmentListGrain
{
    private const int MaxRows = 50;

    /// <summary>
    /// How long the next appointments are kept. Changes are told at once; this bounds what a process that ends before it tells leaves
    /// behind elsewhere. Ours.
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private IReadOnlyList<AppointmentRow> _next = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<AppointmentRow>> Upcoming(int limit)
    {
        limit = Math.Clamp(limit, 1, MaxRows);
        var now = Now;
        if (now - _readAt >= KeptFor || now < _readAt) await ReadAsync(now);
        var shown = Shown(now, limit);
        if (shown.Count == limit || _next.Count < MaxRows) return shown;
        // Some of a full list have begun meanwhile: there may be more behind them.
        await ReadAsync(now);
        return Shown(now, limit);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AppointmentRow>> Past(int limit) =>
        AppointmentTable.PastAsync(database, Organisation, Patient, Now, Math.Clamp(limit, 1, MaxRows));

    /// <inheritdoc />
    public async Task<AppointmentOutcome> Act(ActOnAppointment command)
    {
        if (!Ids.IsValid(command.Appointment)) return AppointmentOutcome.Unknown;
        try
        {
            return await GrainFactory.GetGrain<IAppointmentGrain>($"{Organisation}/{command.Appointment}").Act(Patient, command);
        }
        finally
        {
            // Also where the outcome is unknown.
            await Changed();
        }
    }

    /// <inheritdoc />
    public Task Changed()
    {
        _readAt = DateTimeOffset.MinValue;
        return Task.CompletedTask;
    }

    private async Task ReadAsync(DateTimeOffset now)
    {
        _next = await AppointmentTable.UpcomingAsync(database, Organisation, Patient, now, MaxRows);
        _readAt = now;
    }

    private List<AppointmentRow> Shown(DateTimeOffset now, int limit) => [.. _next.Where(row => row.StartsAt >= now).Take(limit)];
}
