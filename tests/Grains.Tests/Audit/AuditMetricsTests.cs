using System.Diagnostics.Metrics;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Audit;
using Portal.Grains.Shared;
using Xunit;

namespace Portal.Grains.Tests.Audit;

/// <summary>What of the audit log becomes a figure, and under which labels.</summary>
public sealed class AuditMetricsTests
{
    [Theory]
    [InlineData("sign-in.done", "", "way=code", "portal.sign_ins outcome=done way=code reason=")]
    [InlineData("sign-in.refused", "wrong-code", "way=link", "portal.sign_ins outcome=refused way=link reason=wrong-code")]
    [InlineData("staff.sign-in-done", "", "", "portal.sign_ins outcome=done way=staff reason=")]
    [InlineData("staff.sign-in-refused", "wrong-password", "staff=s1", "portal.sign_ins outcome=refused way=staff reason=wrong-password")]
    [InlineData("code.requested", "", "purpose=sign-in", "portal.codes outcome=sent purpose=sign-in reason=")]
    [InlineData("code.requested", "blocked", "purpose=link", "portal.codes outcome=withheld purpose=link reason=blocked")]
    [InlineData("code.refused", "too-many-from-address", "", "portal.codes outcome=refused purpose= reason=too-many-from-address")]
    [InlineData("invitation.created", "", "invitation=i1", "portal.invitations state=created")]
    [InlineData("invitation.expired", "", "", "portal.invitations state=expired")]
    [InlineData("session.ended", "idle", "session=s1", "portal.sessions.ended reason=idle")]
    [InlineData("elevation.granted", "", "", "portal.elevations outcome=granted")]
    [InlineData("guessing.alarm", "many-wrong-codes", "wrong=50", "portal.guess_alarms")]
    [InlineData("door.refused", "not-a-patient", "door=IPatientGrain.Block", "portal.door_refusals")]
    [InlineData("record.read", "", "", null)]
    [InlineData("nonsense", "", "", null)]
    public void An_entry_is_counted_once_under_labels_of_fixed_lists(string action, string reason, string detail, string? expected)
    {
        var entry = new AuditEntry
        {
            Id = "a1",
            Organisation = "riverside",
            Actor = "p1",
            Patient = "p1",
            Address = "203.0.113.7",
            Action = action,
            Reason = reason,
            Details = detail.Length == 0 ? new Dictionary<string, string>()
                : new Dictionary<string, string> { [detail.Split('=')[0]] = detail.Split('=')[1] },
        };
        Assert.Equal(expected is null ? [] : [expected], Counted(() => AuditMetrics.Count(entry)));
    }

    // The meter is everybody's; what this thread measures is this test's.
    private static List<string> Counted(Action act)
    {
        var (mine, counted) = (Environment.CurrentManagedThreadId, new List<string>());
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter == PortalMetrics.Meter) to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) =>
        {
            if (Environment.CurrentManagedThreadId != mine) return;
            Assert.Equal(1, value);
            counted.Add(string.Join(' ', [instrument.Name, .. labels.ToArray().Select(label => $"{label.Key}={label.Value}")]));
        });
        listener.Start();
        act();
        return counted;
    }
}
