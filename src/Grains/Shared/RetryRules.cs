using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Storage;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.Shared;

/// <summary>Which failed calls of grains are made again, and when. The same on both engines.</summary>
public static class RetryRules
{
    /// <summary>
    /// How long after its beginning a call is still made again. Ours: longer than a silo's loss lasts (under 10 seconds), shorter than
    /// people and load balancers wait for a page.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The wait before the second attempt; doubled before each further one. Ours.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait between two attempts. Ours: what is back is used within a second.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private static readonly ConcurrentDictionary<MethodInfo, bool> Repeatable = new();

    /// <summary>Whether doing it twice is as doing it once: see <see cref="RepeatableAttribute"/>.</summary>
    /// <param name="method">A method of a grain interface.</param>
    public static bool IsRepeatable(MethodInfo method) => Repeatable.GetOrAdd(method, static m =>
        m.DeclaringType?.GetCustomAttribute<RepeatableAttribute>() is not null && m.GetCustomAttribute<OnceAttribute>() is null);

    /// <summary>Whether a call that failed like this may be made again.</summary>
    /// <param name="error">What it failed with.</param>
    /// <param name="repeatable">Whether doing it twice is as doing it once.</param>
    public static bool MayRepeat(Exception error, bool repeatable) => NeverBegan(error) || (repeatable && IsPassing(error));

    /// <summary>The wait before an attempt.</summary>
    /// <param name="attempt">The attempts made so far; at least 1.</param>
    public static TimeSpan Delay(int attempt) =>
        TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(attempt - 1, 10)));

    /// <summary>
    /// Whether trying again may help: a silo, a connection or the database went away, somebody else wrote first, or no answer came. The
    /// outcome of the call is unknown.
    /// </summary>
    /// <param name="error">What a call failed with.</param>
    public static bool IsPassing(Exception error) => NeverBegan(error) || error switch
    {
        // Of the engine: the silo went while the call was there, or there is none at this moment.
        SiloUnavailableException or ClientNotAvailableException => true,
        // A duplicate or outdated activation, which is gone by now.
        InconsistentStateException or WriteConflictException => true,
        TimeoutException => true,
        // The database.
        DatabaseUnavailableException => true,
        DbException database => database.IsTransient,
        // Orleans wraps what its storage throws.
        OrleansException { InnerException: { } inner } => IsPassing(inner),
        _ => false,
    };

    // The message was refused before any grain saw it.
    private static bool NeverBegan(Exception error) => error is OrleansMessageRejectionException and not SiloUnavailableException;
}
