using Dapper;
using Portal.Grains.Abstractions.Organisations;
using Portal.Storage;

namespace Portal.Grains.Organisations;

/// <summary>
/// The pictures of logos: table <c>logos</c>, a row for each picture of an organisation, named by its hash. A row is never changed. Which
/// one is in force is in the organisation's own state.
/// </summary>
public static class LogoTable
{
    /// <summary>Its migrations, component <c>organisations</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "logos", """
            CREATE TABLE logos (
                organisation TEXT NOT NULL,
                hash TEXT NOT NULL,
                format BIGINT NOT NULL,
                width BIGINT NOT NULL,
                height BIGINT NOT NULL,
                bytes BYTEA NOT NULL,
                proposed_at BIGINT NOT NULL,
                PRIMARY KEY (organisation, hash)
            )
            """),
    ];

    /// <summary>For how long a picture is kept that is not in force. Ours: an administrator may sleep over it.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>The most pictures of an organisation; the oldest go. Ours.</summary>
    public const int Most = 8;

    private const string Point = "logos";

    ///  <summary>Adds a picture; the same bytes again count as proposed now. Drops those whose time is over, but not the one in
    /// force.</summary>
    public static WriteUnit Propose(string organisation, LogoPicture picture, string? inForce, DateTimeOffset now) => new(
        Point,
        new Statement(
            """
            INSERT INTO logos (organisation, hash, format, width, height, bytes, proposed_at)
            VALUES (@organisation, @hash, @format, @width, @height, @bytes, @proposed_at)
            ON CONFLICT (organisation, hash) DO UPDATE SET proposed_at = excluded.proposed_at
            """,
            ("organisation", organisation), ("hash", picture.Logo.Hash), ("format", (long)picture.Logo.Format),
            ("width", (long)picture.Logo.Width), ("height", (long)picture.Logo.Height), ("bytes", picture.Bytes), ("proposed_at", now)),
        new Statement(
            """
            DELETE FROM logos WHERE organisation = @organisation AND hash <> @in_force AND hash <> @hash AND (proposed_at < @before
                OR hash NOT IN (SELECT hash FROM logos WHERE organisation = @organisation ORDER BY proposed_at DESC, hash LIMIT @most))
            """,
            ("organisation", organisation), ("in_force", inForce ?? ""), ("hash", picture.Logo.Hash), ("before", now - KeptFor),
            ("most", (long)Most)));

    /// <summary>Forgets a picture.</summary>
    public static WriteUnit Delete(string organisation, string hash) => new(Point, new Statement(
        "DELETE FROM logos WHERE organisation = @organisation AND hash = @hash", ("organisation", organisation), ("hash", hash)));

    /// <summary>A picture without its bytes; null where there is none.</summary>
    public static Task<Logo?> FindAsync(Database database, string organisation, string hash) => database.ReadAsync(async connection =>
        await connection.QuerySingleOrDefaultAsync<Row>(
            "SELECT hash, format, width, height FROM logos WHERE organisation = @organisation AND hash = @hash",
            new { organisation, hash }) is { } row ? LogoOf(row) : null);

    /// <summary>A picture; null where there is none.</summary>
    public static Task<LogoPicture?> ReadAsync(Database database, string organisation, string hash) => database.ReadAsync(
        async connection =>
    {
        var row = await connection.QuerySingleOrDefaultAsync<RowWithBytes>(
            "SELECT hash, format, width, height, bytes FROM logos WHERE organisation = @organisation AND hash = @hash",
            new { organisation, hash });
        return row is null ? null
            : new LogoPicture { Logo = LogoOf(new Row(row.Hash, row.Format, row.Width, row.Height)), Bytes = row.Bytes };
    });

    private static Logo LogoOf(Row row) =>
        new() { Hash = row.Hash, Format = (LogoFormat)row.Format, Width = (int)row.Width, Height = (int)row.Height };

    private sealed record Row(string Hash, long Format, long Width, long Height);

    private sealed record RowWithBytes(string Hash, long Format, long Width, long Height, byte[] Bytes);
}
