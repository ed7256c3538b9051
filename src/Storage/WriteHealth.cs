namespace Portal.Storage;

/// <summary>
/// Whether writes succeed: the last one that could not be made for the database's own reasons (away, full, read-only), until one succeeds.
/// </summary>
internal sealed class WriteHealth
{
    private volatile string? _trouble;

    /// <summary>Why the last write failed; null where it did not.</summary>
    public string? Trouble => _trouble;

    /// <summary>Learns from what became of a group.</summary>
    public void Learn(List<WriteRequest> group)
    {
        foreach (var request in group)
        {
            // An error of a unit's own says that the database is there and judges.
            _trouble = request.Error is DatabaseUnavailableException error ? error.Message : null;
        }
    }
}
