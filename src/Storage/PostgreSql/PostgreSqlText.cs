using System.Globalization;
using System.Text;
using NpgsqlTypes;

namespace Portal.Storage.PostgreSql;

/// <summary>
/// A statement's text as PostgreSQL wants it: <c>$1</c> for <c>@name</c>, so that Npgsql neither parses nor rewrites it again,
/// and with the guard that makes the server itself refuse a wrong number of rows. Owned by one <see cref="PostgreSqlWriter"/>.
/// </summary>
internal sealed class PostgreSqlText
{
    /// <summary>Stands in the error of a guard that refused, followed by the rows affected.</summary>
    public const string Conflict = "portal-conflict-";

    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    public PostgreSqlText(Statement statement, bool alone)
    {
        var sql = Rewrite(statement.Sql);
        Guarded = statement.MustAffect is not null;
        Sql = statement.MustAffect is { } expected ? Guard(sql, expected, alone) : sql;
        Parameters = new ParameterOrder(_positions.Count, name => _positions.GetValueOrDefault(name, -1));
        Types = new NpgsqlDbType[_positions.Count];
        Array.Fill(Types, NpgsqlDbType.Unknown);
    }

    /// <summary>What is sent.</summary>
    public string Sql { get; }

    /// <summary>It answers with one row, the number of rows affected.</summary>
    public bool Guarded { get; }

    /// <summary>
    /// The type each position had last. A null takes that type: Npgsql runs a prepared statement unprepared when the types differ.
    /// </summary>
    public NpgsqlDbType[] Types { get; }

    /// <summary>Where the given parameters stand, from 0.</summary>
    public ParameterOrder Parameters { get; }

    // The rows are counted by the statement itself, so that a unit needs no second round trip between its statements and its
    // commit. A cast that cannot succeed is the one way to raise an error without a function of our own. A unit of one
    // statement that affects nothing has nothing to roll back: that is reported, not raised, and its neighbours go on.
    private static string Guard(string sql, int expected, bool alone)
    {
        var allowed = (alone ? "0, " : "") + expected.ToString(CultureInfo.InvariantCulture);
        return $"WITH portal_rows AS (\n{sql}\nRETURNING 1)\nSELECT CASE WHEN count(*) IN ({allowed}) THEN count(*) "
            + $"ELSE ('{Conflict}' || count(*))::bigint END FROM portal_rows";
    }

    private string Rewrite(string sql)
    {
        var result = new StringBuilder(sql.Length);
        for (var i = 0; i < sql.Length;)
        {
            var end = SkipQuoted(sql, i);
            if (end == i && sql[i] == '@' && IsNameStart(sql, i + 1) && (i == 0 || sql[i - 1] != '@'))
            {
                for (end = i + 1; end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_');) end++;
                result.Append('$').Append(PositionOf(sql[(i + 1)..end]) + 1);
                i = end;
                continue;
            }

            if (end == i) end++;
            result.Append(sql, i, end - i);
            i = end;
        }

        return result.ToString().TrimEnd(' ', '\t', '\r', '\n', ';');
    }

    private int PositionOf(string name)
    {
        if (!_positions.TryGetValue(name, out var position)) _positions[name] = position = _positions.Count;
        return position;
    }

    private static bool IsNameStart(string sql, int at) => at < sql.Length && (char.IsAsciiLetter(sql[at]) || sql[at] == '_');

    /// <summary>The end of the literal, quoted name or comment that starts here; the same place when none does.</summary>
    private static int SkipQuoted(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        if (rest[0] is '\'' or '"') return After(rest[1..].IndexOf(rest[0]), at + 1, 1, sql.Length);
        if (rest.StartsWith("--")) return After(rest.IndexOf('\n'), at, 1, sql.Length);
        if (rest.StartsWith("/*")) return After(rest.IndexOf("*/"), at, 2, sql.Length);
        return at;
    }

    private static int After(int found, int from, int length, int otherwise) => found < 0 ? otherwise : from + found + length;
}
