using Portal.Grains.Onboarding;

namespace Portal.Grains.Credentials;

/// <summary>Makes contact details credentials.</summary>
public sealed class BackfillWorker(BatchContext context) : BatchWorker(context)
{
    /// <inheritdoc />
    public override Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows) => throw new NotSupportedException();

    /// <inheritdoc />
    public override Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows) => throw new NotSupportedException();
}
