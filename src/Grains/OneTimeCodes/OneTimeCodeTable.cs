using Dapper;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// When somebody has to look after the codes of each credential, to send what was promised or to forget what means nothing any more: table
/// <c>one_time_codes</c>, a row for each credential that codes were asked for, whether or not anybody holds it.
/// </summary>
public static class OneTimeCodeTable
{
    /// <summary>
    /// After the last request: when the longest window of any budget is over, and what was accepted or expired is forgotten by the rules.
    /// Ours.
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(26);

    /// <summary>
    /// After a code was promised: when the sweep sends it, should whoever promised it be gone by then. Ours: it is on its way within 200
    /// ms.
    /// </summary>
    public static readonly TimeSpan PromiseFor = TimeSpan.FromSeconds(10);

    /// <summary>Its migrations, component <c>codes</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "one-time codes to sweep", """
            CREATE TABLE one_time_codes (
                organisation TEXT NOT NULL,
                subject TEXT NOT NULL,
                sweep_at BIGINT NOT NULL,
                PRIMARY KEY (organisation, subject)
            );
            CREATE INDEX one_time_codes_to_sweep ON one_time_codes (sweep_at, organisation, subject);
            """),
    ];

    /// <summary>Puts off the sweep of a credential's codes. Written together with the message of a code.</summary>
    public static Statement Keep(string organisation, string subject, DateTimeOffset now) => Sweep(organisation, subject, now + KeptFor);

    /// <summary>Notes that a code was promised, and is to be sent by the sweep where nobody else has by then.</summary>
    public static WriteUnit Promise(string organisation, string subject, DateTimeOffset now) =>
        new("codes", Sweep(organisation, subject, now + PromiseFor));

    /// <summary>Removes a row whose codes are forgotten.</summary>
    public static WriteUnit Delete(string organisation, string subject) => new("codes", new Statement(
        "DELETE FROM one_time_codes WHERE organisation = @organisation AND subject = @subject",
        ("organisation", organisation), ("subject", subject)));

    /// <summary>Credentials whose codes may be forgotten, in order, after a place in it.</summary>
    public static Task<IReadOnlyList<SweepRow>> ToSweepAsync(Database database, DateTimeOffset now, SweepRow after, int limit) =>
        database.ReadAsync<IReadOnlyList<SweepRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<(long SweepAt, string Organisation, string Subject)>("""
                SELECT sweep_at, organisation, subject FROM one_time_codes
                WHERE sweep_at <= @now AND (sweep_at, organisation, subject) > (@SweepAt, @Organisation, @Key)
                ORDER BY sweep_at, organisation, subject LIMIT @limit
                """, new { now = now.ToUnixTimeMilliseconds(), after.SweepAt, after.Organisation, after.Key, limit });
            return [.. rows.Select(r => new SweepRow(r.SweepAt, r.Organisation, r.Subject))];
        });

    private static Statement Sweep(string organisation, string subject, DateTimeOffset at) => new(
        """
        INSERT INTO one_time_codes (organisation, subject, sweep_at) VALUES (@organisation, @subject, @sweep_at)
        ON CONFLICT (organisation, subject) DO UPDATE SET sweep_at = excluded.sweep_at
        """,
        ("organisation", organisation), ("subject", subject), ("sweep_at", at));
}
