using System.Data.Common;
using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Storage;

namespace Portal.Grains.Onboarding;

/// <summary>
/// The rows of bulk work, table <c>batch_rows</c>, and the list of it, table <c>batches</c>. Outcomes are written before the batch moves
/// on: see <see cref="BatchGrain"/>.
/// </summary>
public static class BatchTable
{
    /// <summary>Its migrations, component <c>onboarding</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "bulk work", Tables(""))
        {
            OnSqlite = Tables(" WITHOUT ROWID"),
        },
    ];

    private const string Point = "batch";
    private const string OfBatch = "organisation = @organisation AND batch = @batch";

    private const string Columns = "number, patient, cells, match_key, outcome, detail";

    private static string Tables(string layout) => $"""
        CREATE TABLE batches (
            organisation TEXT NOT NULL,
            batch TEXT NOT NULL,
            job BIGINT NOT NULL,
            name TEXT NOT NULL,
            stage BIGINT NOT NULL,
            paused BIGINT NOT NULL,
            total BIGINT NOT NULL,
            done BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            created_by TEXT NOT NULL,
            version BIGINT NOT NULL,
            PRIMARY KEY (organisation, batch)
        ){layout};
        CREATE INDEX batches_by_job ON batches (organisation, job, created_at);
        CREATE TABLE batch_rows (
            organisation TEXT NOT NULL,
            batch TEXT NOT NULL,
            number BIGINT NOT NULL,
            patient TEXT NOT NULL,
            cells TEXT NOT NULL,
            match_key TEXT NOT NULL,
            outcome BIGINT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (organisation, batch, number)
        ){layout};
        CREATE INDEX batch_rows_by_key ON batch_rows (organisation, batch, match_key) WHERE match_key <> '';
        """;

    /// <summary>Writes the row of a batch in the list.</summary>
    public static WriteUnit Upsert(string organisation, string batch, BatchState state) => new(Point, new Statement(
        """
        INSERT INTO batches (organisation, batch, job, name, stage, paused, total, done, created_at, created_by, version)
        VALUES (@organisation, @batch, @job, @name, @stage, @paused, @total, @done, @created_at, @created_by, @version)
        ON CONFLICT (organisation, batch) DO UPDATE SET stage = excluded.stage, paused = excluded.paused, total = excluded.total,
            done = excluded.done, version = excluded.version
        WHERE batches.version < excluded.version
        """,
        ("organisation", organisation), ("batch", batch), ("job", (long)state.Job), ("name", state.Name), ("stage", (long)state.Stage),
        ("paused", state.Paused), ("total", (long)state.Total),
        ("done", (long)(state.Counts.FirstOrDefault(c => c.Outcome == RowOutcome.Done)?.Rows ?? 0)), ("created_at", state.CreatedAt),
        ("created_by", state.CreatedBy), ("version", state.Version)));

    /// <summary>Adds rows after the first <paramref name="total"/>, in place of whatever a crash left there.</summary>
    public static WriteUnit Add(Dialect dialect, string organisation, string batch, int total, IReadOnlyList<BatchRow> rows) => new(Point,
    [
        new Statement(
            $"DELETE FROM batch_rows WHERE {OfBatch} AND number > @total",
            ("organisation", organisation), ("batch", batch), ("total", (long)total)),
        .. ManyRows.Insert(
            dialect, "batch_rows", ["organisation", "batch", "number", "patient", "cells", "match_key", "outcome", "detail"],
            [
                .. rows.Select((row, i) => new object?[]
                {
                    organisation, batch, total + i + 1L, row.Patient, JsonSerializer.Serialize(row.Cells), row.Key, 0L, "",
                }),
            ]),
    ]);

    /// <summary>Takes back what rows were judged to be.</summary>
    public static WriteUnit Unjudge(string organisation, string batch) => new(Point, new Statement(
        $"UPDATE batch_rows SET outcome = 0, detail = '' WHERE {OfBatch} AND outcome <> 0",
        ("organisation", organisation), ("batch", batch)));

    /// <summary>
    /// Writes what came of rows, each only where nothing had come of it before. The most frequent outcome is written in one statement for
    /// all rows of the stretch that have none then.
    /// </summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="results">
    /// In order; where <paramref name="whole"/>, there is no other row without outcome between the first and the last.
    /// </param>
    /// <param name="whole">Whether all rows to be done of a stretch are among them.</param>
    public static IReadOnlyList<Statement> Outcomes(string organisation, string batch, IReadOnlyList<RowResult> results, bool whole)
    {
        if (results.Count == 0) return [];
        var most = !whole ? null : results.Where(r => r.Patient is null).GroupBy(r => (r.Outcome, r.Detail)).MaxBy(g => g.Count());
        List<Statement> statements =
        [
            .. results.Where(r => most is null || r.Patient is not null || (r.Outcome, r.Detail) != most.Key).Select(r => new Statement(
                $"""
                UPDATE batch_rows SET outcome = @outcome, detail = @detail, patient = CASE WHEN @patient = '' THEN patient ELSE @patient END
                WHERE {OfBatch} AND number = @number AND outcome = 0
                """,
                ("organisation", organisation), ("batch", batch), ("number", (long)r.Number), ("outcome", (long)r.Outcome),
                ("detail", r.Detail), ("patient", r.Patient ?? ""))),
        ];
        if (most is not null)
        {
            statements.Add(new Statement(
                $"""
                UPDATE batch_rows SET outcome = @outcome, detail = @detail
                WHERE {OfBatch} AND number >= @first AND number <= @last AND outcome = 0
                """,
                ("organisation", organisation), ("batch", batch), ("first", (long)results[0].Number), ("last", (long)results[^1].Number),
                ("outcome", (long)most.Key.Outcome), ("detail", most.Key.Detail))
            {
                // Whatever is written with the outcomes belongs to rows that had none: another activation may have been quicker.
                MustAffect = most.Count(),
            });
        }

        return statements;
    }

    /// <summary>Forgets what rows said, from one to another; what came of them stays.</summary>
    public static WriteUnit Blank(string organisation, string batch, int first, int last) => new("batch-rows", new Statement(
        $"UPDATE batch_rows SET cells = '[]', match_key = '' WHERE {OfBatch} AND number >= @first AND number <= @last",
        ("organisation", organisation), ("batch", batch), ("first", (long)first), ("last", (long)last)));

    /// <summary>A unit of statements about rows.</summary>
    public static WriteUnit Unit(IReadOnlyList<Statement> statements) => new("batch-rows", [.. statements]);

    /// <summary>Rows after a number, in order; only those with an outcome, or all.</summary>
    public static Task<IReadOnlyList<BatchRow>> AfterAsync(
        Database database, string organisation, string batch, int after, int limit, RowOutcome? outcome = null) =>
        RowsAsync(
            database,
            $"""
            SELECT {Columns} FROM batch_rows WHERE {OfBatch} AND number > @after{(outcome is null ? "" : " AND outcome = @outcome")}
            ORDER BY number LIMIT @limit
            """,
            new { organisation, batch, after, limit, outcome = (long)(outcome ?? 0) });

    /// <summary>How many rows have each outcome.</summary>
    public static Task<IReadOnlyList<OutcomeCount>> CountsAsync(Database database, string organisation, string batch) =>
        database.ReadAsync(async connection => Batch.Sorted((await connection.QueryAsync<(long Outcome, long Rows)>(
            $"SELECT outcome, COUNT(*) FROM batch_rows WHERE {OfBatch} GROUP BY outcome", new { organisation, batch }))
            .Select(r => KeyValuePair.Create((RowOutcome)r.Outcome, (int)r.Rows))));

    /// <summary>How many rows of the batch have each of these keys.</summary>
    public static Task<IReadOnlyDictionary<string, int>> SharedAsync(
        Database database, string organisation, string batch, string[] keys)
    {
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@keys)" : "IN @keys";
        // The index is of keys that are not empty, which SQLite has to be told.
        var sql = $"""
            SELECT match_key, COUNT(*) FROM batch_rows WHERE {OfBatch} AND match_key <> '' AND match_key {oneOf} GROUP BY match_key
            """;
        return database.ReadAsync<IReadOnlyDictionary<string, int>>(async connection =>
            (await connection.QueryAsync<(string Key, long Rows)>(sql, new { organisation, batch, keys }))
                .ToDictionary(r => r.Key, r => (int)r.Rows));
    }

    /// <summary>A page of rows with the names of their patients.</summary>
    public static async Task<BatchRowPage> PageAsync(Database database, string organisation, string batch, BatchRowQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, BatchRowQuery.MaxRows);
        var only = query.Outcome is not null ? " AND r.outcome = @outcome" : query.Problems ? " AND r.outcome > 1" : "";
        var sql = $"""
            SELECT r.number, r.patient, r.cells, r.match_key, r.outcome, r.detail, p.given_name, p.family_name FROM batch_rows r
            LEFT JOIN patients p ON p.organisation = r.organisation AND p.patient = r.patient
            WHERE r.organisation = @organisation AND r.batch = @batch AND r.number > @after{only} ORDER BY r.number LIMIT @limit
            """;
        var values = new { organisation, batch, after = query.After, limit = limit + 1, outcome = (long)(query.Outcome ?? 0) };
        var rows = await database.ReadAsync(async connection => (await connection.QueryAsync<Row>(sql, values)).AsList());
        return new BatchRowPage
        {
            Rows = [.. rows.Take(limit).Select(r => new BatchRowView
            {
                Number = (int)r.Number,
                Patient = r.Patient,
                Name = r.Given_name is null ? "" : $"{r.Given_name} {r.Family_name}",
                Cells = JsonSerializer.Deserialize<string[]>(r.Cells)!,
                Outcome = (RowOutcome)r.Outcome,
                Detail = r.Detail,
            })],
            More = rows.Count > limit,
        };
    }

    /// <summary>The newest batches of a job.</summary>
    public static Task<IReadOnlyList<BatchListRow>> ListAsync(Database database, string organisation, BatchJob job, int limit) =>
        database.ReadAsync<IReadOnlyList<BatchListRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<ListRow>("""
                SELECT batch, name, stage, paused, total, done, created_at, created_by FROM batches
                WHERE organisation = @organisation AND job = @job ORDER BY created_at DESC, batch LIMIT @limit
                """, new { organisation, job = (long)job, limit });
            return
            [
                .. rows.Select(r => new BatchListRow
                {
                    Id = r.Batch,
                    Name = r.Name,
                    Stage = (BatchStage)r.Stage,
                    Paused = r.Paused != 0,
                    Total = (int)r.Total,
                    Done = (int)r.Done,
                    CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.Created_at),
                    CreatedBy = r.Created_by,
                }),
            ];
        });

    private static Task<IReadOnlyList<BatchRow>> RowsAsync(Database database, string sql, object values) =>
        database.ReadAsync<IReadOnlyList<BatchRow>>(async (DbConnection connection) =>
        [
            .. (await connection.QueryAsync<Row>(sql, values)).Select(r => new BatchRow(
                (int)r.Number, r.Patient, JsonSerializer.Deserialize<string[]>(r.Cells)!, r.Match_key, (RowOutcome)r.Outcome, r.Detail)),
        ]);

    private sealed class Row
    {
        public long Number { get; init; }
        public string Patient { get; init; } = "";
        public string Cells { get; init; } = "";
        public string Match_key { get; init; } = "";
        public long Outcome { get; init; }
        public string Detail { get; init; } = "";
        public string? Given_name { get; init; }
        public string? Family_name { get; init; }
    }

    private sealed class ListRow
    {
        public string Batch { get; init; } = "";
        public string Name { get; init; } = "";
        public long Stage { get; init; }
        public long Paused { get; init; }
        public long Total { get; init; }
        public long Done { get; init; }
        public long Created_at { get; init; }
        public string Created_by { get; init; } = "";
    }
}
