namespace Portal.Storage;

/// <summary>One numbered step of a component's tables.</summary>
/// <param name="Number">1, 2, 3 … without gaps within the component. A number that has been delivered never changes its meaning.</param>
/// <param name="Name">What it does, in a few words; recorded in <c>schema_migrations</c>.</param>
/// <param name="Sql">One or more statements separated by <c>;</c>, without parameters, run in one transaction.</param>
public sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>
    /// What is run on SQLite instead of <see cref="Sql"/>, where how rows are laid out differs. Null, the default: the same. It leaves the
    /// same tables and columns.
    /// </summary>
    public string? OnSqlite { get; init; }

    /// <summary>What is run on a database of that kind.</summary>
    internal string For(Dialect dialect) => dialect == Dialect.Sqlite ? OnSqlite ?? Sql : Sql;
}
