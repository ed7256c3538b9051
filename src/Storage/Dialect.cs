namespace Portal.Storage;

/// <summary>
/// The SQL a <see cref="Database"/> speaks. Statements are written once for both; switch on this only where they must differ.
/// </summary>
public enum Dialect
{
    /// <summary>One SQLite file, or one private in-memory database.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database, version 13 or later.</summary>
    PostgreSql,
}
