using System.Data.Common;
using System.Globalization;
using Dapper;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Sessions;
using Portal.Storage;

namespace Portal.Grains.Organisations;

/// <summary>
/// Counts the people whom a change of the settings may touch, in the tables of other features; none of its own. A table may lag behind
/// its grains by a moment, and a session that something else has ended counts until its grain has noticed.
/// </summary>
public static class SettingsFiguresTable
{
    // Live sessions of patients who may use them: what is live has its time to be looked at before it.
    private static readonly string Sessions = $"""
        FROM sessions s JOIN patients p ON p.organisation = s.organisation AND p.patient = s.subject
        WHERE s.organisation = @organisation AND s.sweep_at > @now AND s.kind = {(int)PrincipalKind.Patient}
            AND s.phase = {(int)SessionPhase.Live} AND s.organisation_epoch = @epoch AND p.access = {(int)AccessState.CanAccess}
            AND s.last_seen > @idle
        """;

    private static readonly string Counts = $"""
        SELECT
            (SELECT COUNT(DISTINCT s.subject) {Sessions}) AS signed_in,
            (SELECT COUNT(DISTINCT s.subject) {Sessions} AND s.last_seen > @wanted_idle) AS stay,
            (SELECT COUNT(DISTINCT s.subject) {Sessions} AND s.elevated_until > @now AND s.elevated_at > @elevated) AS open_records,
            (SELECT COUNT(DISTINCT s.subject) {Sessions} AND s.elevated_until > @now AND s.elevated_at > @wanted_elevated) AS kept_records,
            (SELECT COUNT(*) FROM patients p WHERE p.organisation = @organisation AND p.access = {(int)AccessState.CanAccess})
                AS with_access,
            (SELECT COUNT(*) FROM invitations i JOIN patients p ON p.organisation = i.organisation AND p.patient = i.patient
                WHERE i.organisation = @organisation AND i.outcome = {(int)InvitationState.Pending} AND i.deadline > @now
                AND p.access <> {(int)AccessState.Blocked}) AS invitations,
            (SELECT COUNT(*) FROM patient_links l JOIN patients p ON p.organisation = l.organisation AND p.patient = l.patient
                WHERE l.organisation = @organisation AND l.deadline > @now AND l.revoked_at IS NULL
                AND (l.single_use = 0 OR l.uses = 0) AND p.access = {(int)AccessState.CanAccess}) AS links,
            (SELECT COUNT(DISTINCT a.patient) FROM appointments a
                JOIN patients p ON p.organisation = a.organisation AND p.patient = a.patient
                WHERE a.organisation = @organisation AND a.starts_at >= @now
                AND a.status <> {(int)AppointmentStatus.Cancelled} AND p.access = {(int)AccessState.CanAccess})
                AS with_appointments,
            (SELECT COUNT(*) FROM appointments a WHERE a.organisation = @organisation AND a.starts_at >= @now
                AND a.status <> {(int)AppointmentStatus.Cancelled}) AS appointments
        """;

    private static readonly string Ways = $"""
        SELECT email, mobile, password, COUNT(*) AS patients FROM (
            SELECT p.patient,
                MAX(CASE WHEN c.kind = 'email' OR (c.kind = 'username' AND p.email <> '') THEN 1 ELSE 0 END) AS email,
                MAX(CASE WHEN c.kind = 'mobile' THEN 1 ELSE 0 END) AS mobile,
                MAX(CASE WHEN w.patient IS NULL THEN 0 ELSE 1 END) AS password
            FROM patients p
            JOIN credential_claims c ON c.organisation = p.organisation AND c.patient = p.patient
            LEFT JOIN patient_passwords w ON w.organisation = p.organisation AND w.patient = p.patient
                AND (w.works_until IS NULL OR w.works_until > @now)
            WHERE p.organisation = @organisation AND p.access = {(int)AccessState.CanAccess}
            GROUP BY p.patient) AS of_each
        GROUP BY email, mobile, password
        """;

    /// <summary>The figures for one change.</summary>
    /// <param name="database">The tables.</param>
    /// <param name="organisation">The organisation.</param>
    /// <param name="before">As it is.</param>
    /// <param name="wanted">The settings as they would be.</param>
    /// <param name="now">The time.</param>
    public static Task<SettingsFigures> CountAsync(
        Database database, string organisation, OrganisationView before, PortalSettings wanted, DateTimeOffset now) =>
        database.ReadAsync(async connection =>
        {
            var hidden = !wanted.Sections.Contains(PortalSection.ClinicalRecords);
            var values = new
            {
                organisation,
                now = now.ToUnixTimeMilliseconds(),
                epoch = (long)before.Epoch,
                idle = SeenBefore(before.Settings.IdleLimit, now),
                wanted_idle = SeenBefore(wanted.IdleLimit, now),
                elevated = (now - before.Settings.ElevationLimit).ToUnixTimeMilliseconds(),
                wanted_elevated = (hidden ? DateTimeOffset.MaxValue : now - wanted.ElevationLimit).ToUnixTimeMilliseconds(),
            };
            var counts = await connection.QuerySingleAsync<CountsRow>(Counts, values);
            var ways = await WaysAsync(connection, values);
            return new SettingsFigures
            {
                SignedIn = (int)counts.Signed_in,
                Idle = (int)(counts.Signed_in - counts.Stay),
                RecordsClosing = (int)(counts.Open_records - counts.Kept_records),
                WithAccess = (int)counts.With_access,
                Invitations = (int)counts.Invitations,
                Links = (int)counts.Links,
                WithAppointments = (int)counts.With_appointments,
                Appointments = (int)counts.Appointments,
                Ways = ways,
            };
        });

    // By hand: what the dialects say these columns are differs, and SQLite does not say where there are no rows.
    private static async Task<IReadOnlyList<PatientsByWay>> WaysAsync(DbConnection connection, object values)
    {
        List<PatientsByWay> ways = [];
        await using var reader = await connection.ExecuteReaderAsync(Ways, values);
        while (await reader.ReadAsync()) ways.Add(new PatientsByWay(Of(0) != 0, Of(1) != 0, Of(2) != 0, Of(3)));
        return ways;

        int Of(int column) => Convert.ToInt32(reader.GetValue(column), CultureInfo.InvariantCulture);
    }

    // A row may know of the last use so much later than the grain.
    private static long SeenBefore(TimeSpan idle, DateTimeOffset now) =>
        (now - idle - SessionLimits.LastSeenGranularity).ToUnixTimeMilliseconds();

    private sealed record CountsRow(
        long Signed_in, long Stay, long Open_records, long Kept_records, long With_access, long Invitations, long Links,
        long With_appointments, long Appointments);
}
