namespace Portal.Storage;

/// <summary>The answer of <see cref="Database.CheckAsync"/>.</summary>
/// <param name="Healthy">The database answered.</param>
/// <param name="Latency">How long the answer took.</param>
/// <param name="SizeBytes">
/// Size of the database on its disk with its write-ahead log (SQLite), or as PostgreSQL reports it; 0 when it did not answer.
/// </param>
/// <param name="QueueLength">Units waiting for the writer.</param>
/// <param name="Error">Why it is not healthy; null when it is.</param>
public sealed record DatabaseHealth(bool Healthy, TimeSpan Latency, long SizeBytes, int QueueLength, string? Error);
