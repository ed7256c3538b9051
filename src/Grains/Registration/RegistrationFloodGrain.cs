using System.Globalization;
using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;

namespace Portal.Grains.Registration;

/// <inheritdoc cref="IRegistrationFloodGrain" />
[KeepAlive]
public sealed class RegistrationFloodGrain(TimeProvider time) : PortalGrain(time), IRegistrationFloodGrain
{
    private GuessCounts _counts = new();

    /// <inheritdoc />
    public async Task Count()
    {
        (var alarm, _counts) = GuessAlarm.Count(_counts, Now, OnlineRegistration.Flood);
        if (!alarm) return;
        await AuditAsync("registration.alarm", AuditOutcome.Refused, reason: "many-registrations",
            details: ("registrations", _counts.Wrong.ToString(CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> LastAlarm() => Task.FromResult(GuessAlarm.LastAlarm(_counts, Now));
}
