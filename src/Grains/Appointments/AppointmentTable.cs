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
        new(3, "what patients do with appointments", """
            ALTER TABLE appointments ADD COLUMN status BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE appointments ADD COLUMN reschedule BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE appointments ADD COLUMN wish TEXT NOT NULL DEFAULT '';
            ALTER TABLE appointments ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
            CREATE INDEX appointments_to_answer ON appointments (organisation, starts_at) WHERE reschedule = 1;
            """),
    ];

    private const string Columns = "appointment, practitioner, service, place, starts_at, minutes, status, reschedule";

    private const string Select = $"SELECT {Columns} FROM appointments WHERE organisation = @organisation AND patient = @patient";

    private const string AtDesk = """
        SELECT a.appointment, a.practitioner, a.service, a.place, a.starts_at, a.minutes, a.status, a.reschedule, a.patient,
            p.given_name, p.family_name, a.wish
        FROM appointments a JOIN patients p ON p.organisation = a.organisation AND p.patient = a.patient
        WHERE a.organisation = @organisation AND a.starts_at >= @now
        """;

    /// <summary>Writes a row; an appointment has one. One of an older version never replaces a newer one.</summary>
    public static WriteUnit Upsert(string organisation, string id, AppointmentState state)
    {
        var appointment = state.Schedule!;
        return new WriteUnit("appointments", new Statement(
            """
            INSERT INTO appointments (organisation, appointment, patient, practitioner, service, place, starts_at, minutes, status,
                reschedule, wish, version)
            VALUES (@organisation, @appointment, @patient, @practitioner, @service, @place, @starts_at, @minutes, @status, @reschedule,
                @wish, @version)
            ON CONFLICT (organisation, appointment) DO UPDATE SET starts_at = excluded.starts_at, minutes = excluded.minutes,
                patient = excluded.patient, status = excluded.status, reschedule = excluded.reschedule, wish = excluded.wish,
                version = excluded.version
            WHERE appointments.version <= excluded.version
            """,
            ("organisation", organisation), ("appointment", id), ("patient", appointment.Patient),
            ("practitioner", appointment.Practitioner), ("service", appointment.Service), ("place", appointment.Place),
            ("starts_at", appointment.StartsAt.ToUnixTimeMilliseconds()), ("minutes", (long)appointment.Length.TotalMinutes),
            ("status", (long)state.Status), ("reschedule", (long)state.Reschedule), ("wish", state.Wish), ("version", state.Version)));
    }

    /// <summary>Writes the row of an appointment that was just put down.</summary>
    public static WriteUnit Upsert(string organisation, string id, ScheduleAppointment appointment) =>
        Upsert(organisation, id, new AppointmentState { Schedule = appointment });

    /// <summary>The ids of a patient's appointments, in order of id, after one of them.</summary>
    public static Task<IReadOnlyList<string>> IdsOfAsync(
        Database database, string organisation, string patient, string after, int limit) =>
        database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            """
            SELECT appointment FROM appointments
            WHERE organisation = @organisation AND patient = @patient AND appointment > @after ORDER BY appointment LIMIT @limit
            """,
            new { organisation, patient, after, limit })]);

    /// <summary>Appointments that have not begun and are not cancelled, soonest first.</summary>
    public static Task<IReadOnlyList<AppointmentRow>> UpcomingAsync(
        Database database, string organisation, string patient, DateTimeOffset now, int limit) =>
        ReadAsync(
            database,
            $"{Select} AND starts_at >= @now AND status <> {(int)AppointmentStatus.Cancelled} ORDER BY starts_at LIMIT @limit",
            organisation, patient, now, limit);

    /// <summary>Appointments that have begun, newest first.</summary>
    public static Task<IReadOnlyList<AppointmentRow>> PastAsync(
        Database database, string organisation, string patient, DateTimeOffset now, int limit) =>
        ReadAsync(database, $"{Select} AND starts_at < @now ORDER BY starts_at DESC LIMIT @limit",
            organisation, patient, now, limit);

    /// <summary>Requests for another time that wait, of appointments that have not begun, soonest first.</summary>
    public static Task<IReadOnlyList<DeskRow>> RequestsAsync(Database database, string organisation, DateTimeOffset now, int limit) =>
        DeskAsync(database, $"{AtDesk} AND a.reschedule = {(int)RescheduleState.Asked} ORDER BY a.starts_at, a.appointment LIMIT @limit",
            organisation, now, limit);

    /// <summary>Appointments that have not begun and are not confirmed, soonest first.</summary>
    public static Task<IReadOnlyList<DeskRow>> UnconfirmedAsync(Database database, string organisation, DateTimeOffset now, int limit) =>
        DeskAsync(database, $"{AtDesk} AND a.status = {(int)AppointmentStatus.Planned} ORDER BY a.starts_at, a.appointment LIMIT @limit",
            organisation, now, limit);

    private static Task<IReadOnlyList<DeskRow>> DeskAsync(
        Database database, string sql, string organisation, DateTimeOffset now, int limit) =>
        database.ReadAsync<IReadOnlyList<DeskRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<AtDeskRow>(sql, new { organisation, now = now.ToUnixTimeMilliseconds(), limit });
            return [.. rows.Select(r => new DeskRow
            {
                Appointment = RowOf(new Row(
                    r.Appointment, r.Practitioner, r.Service, r.Place, r.Starts_at, r.Minutes, r.Status, r.Reschedule)),
                Patient = r.Patient,
                PatientName = $"{r.Given_name} {r.Family_name}",
                Wish = r.Wish,
            })];
        });

    private static Task<IReadOnlyList<AppointmentRow>> ReadAsync(
        Database database, string sql, string organisation, string patient, DateTimeOffset now, int limit) =>
        database.ReadAsync<IReadOnlyList<AppointmentRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<Row>(sql, new { organisation, patient, now = now.ToUnixTimeMilliseconds(), limit });
            return [.. rows.Select(RowOf)];
        });

    private static AppointmentRow RowOf(Row row) => new()
    {
        Id = row.Appointment,
        Practitioner = row.Practitioner,
        Service = row.Service,
        Place = row.Place,
        StartsAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Starts_at),
        Length = TimeSpan.FromMinutes(row.Minutes),
        Status = (AppointmentStatus)row.Status,
        Reschedule = (RescheduleState)row.Reschedule,
    };

    private sealed record Row(
        string Appointment, string Practitioner, string Service, string Place, long Starts_at, long Minutes, long Status, long Reschedule);

    private sealed record AtDeskRow(
        string Appointment, string Practitioner, string Service, string Place, long Starts_at, long Minutes, long Status, long Reschedule,
        string Patient, string Given_name, string Family_name, string Wish);
}
