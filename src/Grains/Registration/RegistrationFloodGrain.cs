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
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private GuessCounts _counts = new();
    private DateTimeOffset[] _takenAt = [];

    /// <inheritdoc />
    public async Task<DateTimeOffset?> Take()
    {
        (var alarm, _counts) = GuessAlarm.Count(_counts, Now, OnlineRegistration.Flood);
        if (alarm)
        {
            await AuditAsync("registration.alarm", AuditOutcome.Refused, reason: "many-registrations",
                details: ("registrations", _counts.Wrong.ToString(CultureInfo.InvariantCulture)));
        }

        var until = Stamps.FreeAt(_takenAt, OnlineRegistration.MostPerHour, Window, Now);
        if (until is null) _takenAt = Stamps.Add(_takenAt, Now, OnlineRegistration.MostPerHour);
        return until;
    }

    /// <inheritdoc />
    public Task<DateTimeOffset?> LastAlarm() => Task.FromResult(GuessAlarm.LastAlarm(_counts, Now));
}
