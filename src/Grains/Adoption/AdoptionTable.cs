using Dapper;
using Portal.Grains.Abstractions.Adoption;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Patients;
using Portal.Storage;

namespace Portal.Grains.Adoption;

/// <summary>
/// Which patients signed in in which month: table <c>patient_months</c>, a row for each, written with the patient's row of the directory.
/// And what is counted in the lists of other features.
/// </summary>
public static class AdoptionTable
{
    /// <summary>Its migrations, component <c>adoption</c>. Of the time before it only each patient's last sign-in is known.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "months in which patients signed in",
            MakeTable + Fill("CAST(to_char(to_timestamp(last_sign_in / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS BIGINT)"))
        {
            OnSqlite = MakeTable + Fill("CAST(strftime('%Y%m', last_sign_in / 1000, 'unixepoch') AS INTEGER)"),
        },
    ];

    // The ways in of patients; staff have actions of their own.
    private static readonly string[] WaysIn =
        ["sign-in.refused", "code.refused", "password.refused", "mfa.refused", "elevation.refused", "session.proof-refused"];

    private const string MakeTable = """
        CREATE TABLE patient_months (
            organisation TEXT NOT NULL,
            patient TEXT NOT NULL,
            month BIGINT NOT NULL,
            is_first BIGINT NOT NULL,
            PRIMARY KEY (organisation, patient, month)
        );
        CREATE INDEX patient_months_by_month ON patient_months (organisation, month, is_first);
        """;

    private const string Add = """
        INSERT INTO patient_months (organisation, patient, month, is_first)
        SELECT @organisation, @patient, @month, CASE WHEN EXISTS (
            SELECT 1 FROM patient_months WHERE organisation = @organisation AND patient = @patient) THEN 0 ELSE 1 END
        WHERE NOT EXISTS (SELECT 1 FROM patient_months WHERE organisation = @organisation AND patient = @patient AND month >= @month)
        """;

    /// <summary>Notes that a patient was there in the month of a sign-in; a month that is noted is not noted again.</summary>
    public static Statement Seen(string organisation, string patient, DateTimeOffset signIn) =>
        new(Add, ("organisation", organisation), ("patient", patient), ("month", Adoption.MonthOf(signIn)));

    /// <summary>Patients on file, who may use the portal, who ever signed in, and who did since a moment.</summary>
    public static Task<(int Patients, int WithAccess, int Activated, int Active)> TotalsAsync(
        Database database, string organisation, DateTimeOffset since) => database.ReadAsync(async connection =>
        {
            var row = await connection.QuerySingleAsync<(long, long, long, long)>(
                """
                SELECT COUNT(*), COALESCE(SUM(CASE WHEN access = @access THEN 1 ELSE 0 END), 0), COUNT(last_sign_in),
                    COALESCE(SUM(CASE WHEN last_sign_in >= @since THEN 1 ELSE 0 END), 0)
                FROM patients WHERE organisation = @organisation AND place = @listed
                """,
                new { organisation, access = (long)AccessState.CanAccess, since = since.ToUnixTimeMilliseconds(), listed = Listed });
            return ((int)row.Item1, (int)row.Item2, (int)row.Item3, (int)row.Item4);
        });

    /// <summary>How many were active, and for the first time, in each month from one on.</summary>
    public static Task<IReadOnlyDictionary<long, (int Active, int First)>> MonthsAsync(Database database, string organisation, long from) =>
        database.ReadAsync<IReadOnlyDictionary<long, (int, int)>>(async connection =>
        {
            // All, by the index alone, less the few that do not count.
            var all = await connection.QueryAsync<(long Month, long Active, long First)>(
                $"{Counted} GROUP BY month", new { organisation, from });
            var uncounted = (await connection.QueryAsync<(long Month, long Active, long First)>(
                $"{Counted} AND NOT {IsListed} GROUP BY month",
                new { organisation, from, listed = Listed })).ToDictionary(row => row.Month);
            return all.ToDictionary(row => row.Month, row =>
            {
                var less = uncounted.GetValueOrDefault(row.Month);
                return ((int)(row.Active - less.Active), (int)(row.First - less.First));
            });
        });

    /// <summary>How many different patients were invited within each month, and how many invitations are open.</summary>
    /// <param name="database">Where the lists are.</param>
    /// <param name="organisation">The organisation.</param>
    /// <param name="begins">When the months begin, oldest first; the last one has not ended.</param>
    /// <param name="now">What is open is judged by.</param>
    public static Task<(int[] Invited, int Open)> InvitationsAsync(
        Database database, string organisation, IReadOnlyList<DateTimeOffset> begins, DateTimeOffset now) =>
        database.ReadAsync(async connection =>
        {
            var parameters = new DynamicParameters(new { organisation, listed = Listed, pending = (long)InvitationState.Pending });
            for (var i = 0; i < begins.Count; i++) parameters.Add($"b{i}", begins[i].ToUnixTimeMilliseconds());
            parameters.Add("now", now.ToUnixTimeMilliseconds());
            var newestFirst = Enumerable.Range(1, begins.Count - 1).Reverse();
            var months = string.Join(' ', newestFirst.Select(i => $"WHEN created_at >= @b{i} THEN {i}"));
            var rows = await connection.QueryAsync<(long Month, long Patients)>(
                $"""
                SELECT month, COUNT(DISTINCT patient) FROM (
                    SELECT patient, CASE {months} ELSE 0 END AS month FROM invitations
                    WHERE organisation = @organisation AND created_at >= @b0) AS invited
                WHERE {IsListed} GROUP BY month
                """, parameters);
            var invited = new int[begins.Count];
            foreach (var (month, patients) in rows) invited[month] = (int)patients;
            var open = await connection.ExecuteScalarAsync<long>(
                $"""
                SELECT COUNT(DISTINCT patient) FROM invitations
                WHERE organisation = @organisation AND outcome = @pending AND deadline > @now AND {IsListed}
                """, parameters);
            return (invited, (int)open);
        });

    /// <summary>Ways in that failed since a moment, by reason, most frequent first.</summary>
    public static Task<IReadOnlyList<FailedSignIns>> FailedAsync(Database database, string organisation, DateTimeOffset since)
    {
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@actions)" : "IN @actions";
        var sql = $"""
            SELECT action, reason, COUNT(*) FROM audit_log
            WHERE organisation = @organisation AND at >= @since AND action {oneOf}
            GROUP BY action, reason ORDER BY COUNT(*) DESC, action, reason
            """;
        return database.ReadAsync<IReadOnlyList<FailedSignIns>>(async connection =>
        {
            var rows = await connection.QueryAsync<(string Action, string Reason, long Count)>(
                sql, new { organisation, since = since.ToUnixTimeMilliseconds(), actions = WaysIn });
            return [.. rows.Select(row => new FailedSignIns { Action = row.Action, Reason = row.Reason, Count = (int)row.Count })];
        });
    }

    private const long Listed = (long)PatientDirectoryTable.Place.Listed;

    private const string IsListed =
        "(patient NOT IN (SELECT patient FROM patients WHERE organisation = @organisation AND place <> @listed))";

    private const string Counted =
        "SELECT month, COUNT(*), CAST(SUM(is_first) AS BIGINT) FROM patient_months WHERE organisation = @organisation AND month >= @from";

    private static string Fill(string month) => $"""
        INSERT INTO patient_months (organisation, patient, month, is_first)
            SELECT organisation, patient, {month}, 1 FROM patients WHERE last_sign_in IS NOT NULL;
        """;
}
