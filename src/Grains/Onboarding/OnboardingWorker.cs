namespace Portal.Grains.Onboarding;

/// <summary>Gives access, invites, sends links.</summary>
public sealed class OnboardingWorker(BatchContext context) : BatchWorker(context)
{
    /// <inheritdoc />
    public override Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows) => throw new NotSupportedException();

    /// <inheritdoc />
    public override Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows) => throw new NotSupportedException();
}
