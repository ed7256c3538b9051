using System.Collections.Concurrent;
using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Tests.Shared;

/// <summary>
/// Runs a test's code inside a grain, so that it can knock at doors which are open to grains only. Key: <c>{org}/{number of the
/// code}</c>.
/// </summary>
[Alias("portal.tests.IInsideGrain")]
public interface IInsideGrain : IGrainWithStringKey
{
    [Alias("Run"), Door(Callers.Visitor)]
    Task Run();
}

/// <inheritdoc cref="IInsideGrain" />
public sealed class InsideGrain : Grain, IInsideGrain
{
    private static readonly ConcurrentDictionary<string, Func<Task>> s_code = new();
    private static int s_last;

    public Task Run()
    {
        DeactivateOnIdle();
        return s_code.TryRemove(this.GetPrimaryKeyString(), out var code) ? code() : throw new InvalidOperationException("It ran before.");
    }

    /// <summary>Runs code as a grain that serves a visitor.</summary>
    public static async Task<T> RunAsync<T>(PortalFixture portal, Func<Task<T>> code, string organisation = PortalFixture.Riverside)
    {
        var key = $"{organisation}/{Interlocked.Increment(ref s_last)}";
        T result = default!;
        s_code[key] = async () => result = await code();
        await portal.AsAsync(Cast.Visitor(organisation), () => portal.Grains.GetGrain<IInsideGrain>(key).Run());
        return result;
    }
}
