using System.Globalization;
using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <inheritdoc cref="IGuessAlarmGrain" />
[KeepAlive]
public sealed class GuessAlarmGrain(TimeProvider time) : PortalGrain(time), IGuessAlarmGrain
{
    private GuessCounts _counts = new();

    /// <inheritdoc />
    public async Task WrongGuess()
    {
        (var alarm, _counts) = GuessAlarm.Count(_counts, Now);
        if (!alarm) return;
        await AuditAsync("guessing.alarm", AuditOutcome.Refused, reason: "many-wrong-codes",
            details: ("wrong", _counts.Wrong.ToString(CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> LastAlarm() => Task.FromResult(GuessAlarm.LastAlarm(_counts, Now));
}
