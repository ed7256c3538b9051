using Portal.Storage;

namespace Portal.Grains.Embedded;

/// <summary>The embedded engine's own tables: <c>grain_state</c> and <c>reminders</c>.</summary>
public static class EmbeddedTables
{
    /// <summary>Their migrations.</summary>
    public static readonly SchemaComponent Component = new("grains",
    [
        new(1, "grain state and reminders",
            """
            CREATE TABLE grain_state (grain_type TEXT NOT NULL, grain_key TEXT NOT NULL, state_name TEXT NOT NULL, etag BIGINT NOT NULL,
                payload TEXT NOT NULL, modified BIGINT NOT NULL, PRIMARY KEY (grain_type, grain_key, state_name));
            CREATE TABLE reminders (grain_type TEXT NOT NULL, grain_key TEXT NOT NULL, name TEXT NOT NULL, due BIGINT NOT NULL,
                period BIGINT NOT NULL, PRIMARY KEY (grain_type, grain_key, name));
            CREATE INDEX reminders_due ON reminders (due)
            """),
        // A million that are due at the same moment are read in their order, page by page, and not sorted for each page.
        new(2, "reminders in the order they are delivered",
            "DROP INDEX reminders_due; CREATE INDEX reminders_due ON reminders (due, grain_type, grain_key, name)"),
        // What is due together lies together: otherwise each row that is delivered is a page of its own to write.
        new(3, "reminders in the order of their keys", "SELECT 1")
        {
            OnSqlite =
                """
                CREATE TABLE ordered_reminders (grain_type TEXT NOT NULL, grain_key TEXT NOT NULL, name TEXT NOT NULL,
                    due BIGINT NOT NULL, period BIGINT NOT NULL, PRIMARY KEY (grain_type, grain_key, name)) WITHOUT ROWID;
                INSERT INTO ordered_reminders SELECT grain_type, grain_key, name, due, period FROM reminders
                    ORDER BY grain_type, grain_key, name;
                DROP TABLE reminders;
                ALTER TABLE ordered_reminders RENAME TO reminders;
                CREATE INDEX reminders_due ON reminders (due, grain_type, grain_key, name)
                """,
        },
    ]);
}
