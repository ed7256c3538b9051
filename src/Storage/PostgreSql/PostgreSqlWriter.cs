using Npgsql;
using NpgsqlTypes;

namespace Portal.Storage.PostgreSql;

/// <summary>
/// The writing side of one PostgreSQL connection. A group is one batch: one round trip and, since nothing in it says otherwise,
/// one transaction. Not thread-safe: one owner at a time.
/// </summary>
internal sealed class PostgreSqlWriter(NpgsqlDataSource source, DatabaseOptions options) : IAsyncDisposable
{
    /// <summary>Texts kept. The program has a few hundred; more than this means a text is built from values.</summary>
    private const int TextLimit = 1024;

    /// <summary>Failures after which the rest of a group is no longer tried together.</summary>
    private const int FailureLimit = 3;

    /// <summary>
    /// An unused connection is asked for a sign of life before a unit is entrusted to it, so that a restarted server costs no
    /// unknown outcome.
    /// </summary>
    private static readonly TimeSpan TrustedIdle = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<(string Sql, int? MustAffect, bool Alone), PostgreSqlText> _texts = [];
    private NpgsqlConnection? _connection;
    private long _lastUsed;

    /// <summary>Commits the group, or as much of it as can be, and answers every caller.</summary>
    public async Task RunGroupAsync(List<WriteRequest> group)
    {
        var together = new List<WriteRequest>(group);
        var alone = new List<WriteRequest>();
        for (var failures = 1; together.Count > 1; failures++)
        {
            var failed = await TryAsync(together).ConfigureAwait(false);
            if (failed is null) break;
            if (failed.Index < 0 || failures == FailureLimit)
            {
                alone.AddRange(together);
                together.Clear();
                break;
            }

            // Its verdict waits until it runs alone: it may have failed on what a neighbour wrote that was then rolled back.
            alone.Add(together[failed.Index]);
            together.RemoveAt(failed.Index);
        }

        if (together.Count == 1) alone.Add(together[0]);
        foreach (var request in alone) await RunAloneAsync(request).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    private async Task RunAloneAsync(WriteRequest request)
    {
        if (request.Task.IsCompleted) return;
        var unit = new List<WriteRequest>(1) { request };
        for (var attempt = 1; ; attempt++)
        {
            var failed = await TryAsync(unit).ConfigureAwait(false);
            if (failed is null) return;
            if (PostgreSqlErrors.IsTransient(failed.Error) && attempt < FailureLimit) continue;
            request.Error = failed.Conflict ?? PostgreSqlErrors.Translate(request.Unit.Point, failed.Error);
            request.Complete();
            return;
        }
    }

    /// <summary>
    /// Runs the units as one batch. Null when every caller has been answered; otherwise nothing is written and nobody but
    /// malformed units answered.
    /// </summary>
    private async Task<Failure?> TryAsync(List<WriteRequest> group)
    {
        List<Planned> plan;
        NpgsqlBatch batch;
        try
        {
            var connection = await ConnectAsync(group).ConfigureAwait(false);
            batch = connection.CreateBatch();
            batch.Timeout = Math.Max(1, (int)options.Timeout.TotalSeconds);
            plan = Plan(group, batch);
        }
        catch (DatabaseUnavailableException error)
        {
            Fail(group, error);
            return null;
        }

        if (plan.Count == 0) return null;
        await using (batch.ConfigureAwait(false))
        {
            try
            {
                await ExecuteAsync(batch, plan).ConfigureAwait(false);
            }
            catch (PostgresException error) when (!PostgreSqlErrors.IsConnectionLoss(error))
            {
                return FailureOf(error, batch, plan, group);
            }
            catch (Exception error)
            {
                await DisposeAsync().ConfigureAwait(false);
                Fail(group, new DatabaseUnavailableException("PostgreSQL was lost during a write, or took too long.", true, error));
                return null;
            }
        }

        _lastUsed = TimeProvider.System.GetTimestamp();
        foreach (var request in group)
        {
            if (!request.Task.IsCompleted) request.Complete();
        }

        return null;
    }

    private static async Task ExecuteAsync(NpgsqlBatch batch, List<Planned> plan)
    {
        var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var planned in plan)
            {
                if (!planned.Text.Guarded) continue;
                await reader.ReadAsync().ConfigureAwait(false);
                planned.Request.Rows![planned.Statement] = (int)reader.GetInt64(0);
                await reader.NextResultAsync().ConfigureAwait(false);
            }

            while (await reader.NextResultAsync().ConfigureAwait(false))
            {
            }
        }

        for (var i = 0; i < plan.Count; i++)
        {
            var (request, statement, text) = plan[i];
            ref var rows = ref request.Rows![statement];
            if (!text.Guarded) rows = Math.Max(0, batch.BatchCommands[i].RecordsAffected);
            else if (rows != request.Unit.Statements[statement].MustAffect) request.Error = Conflict(request, statement, rows);
        }
    }

    private static WriteConflictException Conflict(WriteRequest request, int statement, int rows) =>
        new(request.Unit.Point, statement, request.Unit.Statements[statement].MustAffect ?? 0, rows);

    private static Failure FailureOf(PostgresException error, NpgsqlBatch batch, List<Planned> plan, List<WriteRequest> group)
    {
        var at = error.BatchCommand is { } command ? batch.BatchCommands.IndexOf(command) : -1;
        error.BatchCommand = null;
        if (at < 0) return new Failure(-1, error, null);
        var (request, statement, _) = plan[at];
        var conflict = PostgreSqlErrors.RefusedRows(error) is { } rows ? Conflict(request, statement, rows) : null;
        return new Failure(group.IndexOf(request), error, conflict);
    }

    private static void Fail(List<WriteRequest> group, Exception error)
    {
        foreach (var request in group)
        {
            if (request.Task.IsCompleted) continue;
            request.Error = error;
            request.Complete();
        }
    }

    private List<Planned> Plan(List<WriteRequest> group, NpgsqlBatch batch)
    {
        var plan = new List<Planned>(group.Count);
        foreach (var request in group)
        {
            if (request.Task.IsCompleted) continue;
            var from = plan.Count;
            request.Error = null;
            request.Rows = new int[request.Unit.Statements.Length];
            try
            {
                for (var i = 0; i < request.Rows.Length; i++)
                {
                    var statement = request.Unit.Statements[i];
                    var text = TextOf(statement, request.Rows.Length == 1);
                    var command = new NpgsqlBatchCommand(text.Sql);
                    Bind(command, text, statement.Parameters);
                    batch.BatchCommands.Add(command);
                    plan.Add(new Planned(request, i, text));
                }
            }
            catch (ArgumentException error)
            {
                while (batch.BatchCommands.Count > from) batch.BatchCommands.RemoveAt(from);
                plan.RemoveRange(from, plan.Count - from);
                request.Error = error;
                request.Complete();
            }
        }

        return plan;
    }

    private PostgreSqlText TextOf(Statement statement, bool alone)
    {
        var key = (statement.Sql, statement.MustAffect, alone);
        if (_texts.TryGetValue(key, out var text)) return text;
        if (_texts.Count >= TextLimit) _texts.Clear();
        return _texts[key] = new PostgreSqlText(statement, alone);
    }

    private static void Bind(NpgsqlBatchCommand command, PostgreSqlText text, (string Name, object? Value)[] parameters)
    {
        var order = text.Parameters.Of(parameters);
        // Filled from the first position up: order[i].Position is the place of the i-th given one.
        Span<int> given = order.Length <= 64 ? stackalloc int[order.Length] : new int[order.Length];
        for (var i = 0; i < order.Length; i++) given[order[i].Position] = i;
        for (var position = 0; position < given.Length; position++)
            command.Parameters.Add(Parameter(parameters[given[position]].Value, ref text.Types[position]));
    }

    private static NpgsqlParameter Parameter(object? value, ref NpgsqlDbType last)
    {
        NpgsqlParameter parameter = value switch
        {
            null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = last },
            string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
            long number => Whole(number),
            int number => Whole(number),
            bool flag => Whole(flag ? 1 : 0),
            DateTimeOffset time => Whole(time.ToUnixTimeMilliseconds()),
            byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
            double number => new NpgsqlParameter<double> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Double },
            _ => throw new ArgumentException($"A {value.GetType().Name} cannot be stored."),
        };
        if (value is not null) last = parameter.NpgsqlDbType;
        return parameter;
    }

    private static NpgsqlParameter<long> Whole(long value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private async ValueTask<NpgsqlConnection> ConnectAsync(List<WriteRequest> group)
    {
        if (_connection is not null && !await IsAliveAsync(_connection).ConfigureAwait(false)) await DisposeAsync().ConfigureAwait(false);
        if (_connection is not null) return _connection;
        // Counted from the call of the youngest, so that those who have waited behind a failing group do not wait all over again.
        var youngest = group[^1].Started;
        var connection = await PostgreSqlConnector.OpenAsync(source, youngest, options.UnavailableWait, default).ConfigureAwait(false);
        _lastUsed = TimeProvider.System.GetTimestamp();
        return _connection = connection;
    }

    private async ValueTask<bool> IsAliveAsync(NpgsqlConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open) return false;
        if (TimeProvider.System.GetElapsedTime(_lastUsed) < TrustedIdle) return true;
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            command.CommandTimeout = Math.Max(1, (int)options.UnavailableWait.TotalSeconds);
            await command.ExecuteScalarAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is NpgsqlException || PostgreSqlErrors.IsConnectionLoss(error))
        {
            return false;
        }
    }

    /// <summary>One statement of a batch and where its figure goes.</summary>
    private readonly record struct Planned(WriteRequest Request, int Statement, PostgreSqlText Text);

    /// <summary>The server refused the batch. Index: the unit it names, or -1.</summary>
    private sealed record Failure(int Index, PostgresException Error, WriteConflictException? Conflict);
}
