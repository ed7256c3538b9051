using Microsoft.Extensions.Logging;
using Orleans;

namespace Portal.Grains.Shared;

/// <summary>
/// Makes calls of grains again that failed because a silo or the database went away, where <see cref="RetryRules"/> allow it: for pages and
/// for grains alike. Where it stays away the error reaches the caller, and the person is asked to try again.
/// </summary>
/// <param name="time">The machine's clock: waiting is not part of what the portal's clock judges.</param>
/// <param name="logger">Hears of calls that were made again.</param>
public sealed partial class RetryFilter(TimeProvider time, ILogger<RetryFilter> logger) : IOutgoingGrainCallFilter
{
    /// <inheritdoc />
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var wait = RetryRules.Delay(attempt);
            try
            {
                await context.Invoke();
                return;
            }
            catch (Exception error) when (
                time.GetElapsedTime(began) + wait < RetryRules.Patience
                && context.InterfaceMethod is { } method && RetryRules.MayRepeat(error, RetryRules.IsRepeatable(method)))
            {
                LogAgain(context.InterfaceName, context.MethodName, attempt, error.GetType().Name);
            }

            await Task.Delay(wait, time);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Interface}.{Method} is called again after attempt {Attempt}: {Error}")]
    private partial void LogAgain(string @interface, string method, int attempt, string error);
}
