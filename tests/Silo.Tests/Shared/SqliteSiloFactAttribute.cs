using Xunit;

namespace Portal.Silo.Tests.Shared;

/// <summary>A test of the process on SQLite, which only the embedded engine stores in.</summary>
public sealed class SqliteSiloFactAttribute : FactAttribute
{
    /// <summary>Skipped in the Orleans build.</summary>
    public SqliteSiloFactAttribute()
    {
#if PORTAL_ORLEANS
        Skip = "Orleans stores in PostgreSQL only; Cluster.Tests start the process on that";
#endif
    }
}
