using Dapper;
using Portal.Grains.Abstractions.Appointments;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <summary>The read model of appointments: table <c>appointments</c>.</summary>
public static class AppointmentTable
{
    /// <summary>Its migrations, component <c>appointments</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "appointments", """
            CREATE TABLE appointments (
                organisation TEXT NOT NULL,
                appointment TEXT NOT NULL,
                patient TEXT NOT NULL,
                practitioner TEXT NOT NULL,
                service TEXT NOT NULL,
                place TEXT NOT NULL,
                starts_at BIGINT NOT NULL,
                minutes BIGINT NOT NULL,
                PRIMARY KEY (organisation, appointment)
            );
            CREATE INDEX appointments_of_patient ON appointments (organisation, patient, starts_at);
            """),
        new(2, "who comes when", "CREATE INDEX appointments_by_time ON appointments (organisation, starts_at, patient);"),
    ];

    private const string Select = """
        SELECT appointment, practitioner, service, place, starts_at, minutes FROM appointments
        WHERE organisation = @organisation AND patient = @patient
        """;

    /// <summary>Writes a row; an appointment has one.</summary>
    public static WriteUnit Upsert(string organisation, string id, ScheduleAppointment appointment) => new("appointments", new Statement(
        """
        INSERT INTO appointments (organisation, appointment, patient, practitioner, service, place, starts_at, minutes)
        VALUES (@organisation, @appointment, @patient, @practitioner, @service, @place, @starts_at, @minutes)
        ON CONFLICT (organisation, appointment) DO UPDATE SET starts_at = excluded.starts_at, minutes = excluded.minutes
        """,
        ("organisation", organisation), ("appointment", id), ("patient", appointment.Patient), ("practitioner", appointment.Practitioner),
        ("service", appointment.Service), ("place", appointment.Place), ("starts_at", appointment.StartsAt.ToUnixTimeMilliseconds()),
        ("minutes", (long)appointment.Length.TotalMinutes)));

    /// <summary>Appointments that have not begun, soonest first.</summary>
    public static Task<IReadOnlyList<AppointmentRow>> UpcomingAsync(
        Database database, string organisation, string patient, DateTimeOffset now, int limit) =>
        ReadAsync(database, $"{Select} AND starts_at >= @now ORDER BY starts_at LIMIT @limit",
            organisation, patient, now, limit);

    /// <summary>Appointments that have begun, newest first.</summary>
    public static Task<IReadOnlyList<AppointmentRow>> PastAsync(
        Database database, string organisation, string patient, DateTimeOffset now, int limit) =>
        ReadAsync(database, $"{Select} AND starts_at < @now ORDER BY starts_at DESC LIMIT @limit",
            organisation, patient, now, limit);

    private static Task<IReadOnlyList<AppointmentRow>> ReadAsync(
        Database database, string sql, string organisation, string patient, DateTimeOffset now, int limit) =>
        database.ReadAsync<IReadOnlyList<AppointmentRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<Row>(sql, new { organisation, patient, now = now.ToUnixTimeMilliseconds(), limit });
            return [.. rows.Select(r => new AppointmentRow
            {
                Id = r.Appointment,
                Practitioner = r.Practitioner,
                Service = r.Service,
                Place = r.Place,
                StartsAt = DateTimeOffset.FromUnixTimeMilliseconds(r.Starts_at),
                Length = TimeSpan.FromMinutes(r.Minutes),
            })];
        });

    private sealed record Row(string Appointment, string Practitioner, string Service, string Place, long Starts_at, long Minutes);
}
