namespace Portal.Grains.Messages.Delivery;

/// <summary>A token that ends when another does or when a time on the given clock has passed.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _both;

    public TimeLimit(TimeSpan time, TimeProvider clock, CancellationToken ct)
    {
        _timer = new CancellationTokenSource(time, clock);
        _both = CancellationTokenSource.CreateLinkedTokenSource(ct, _timer.Token);
    }

    public CancellationToken Token => _both.Token;

    public void Dispose()
    {
        _both.Dispose();
        _timer.Dispose();
    }
}
