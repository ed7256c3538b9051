using System.Diagnostics.Metrics;
using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Messages.Delivery;

/// <summary>Figures of the meter <c>Portal.Messages</c>. Tags name channel, kind and reason, never a person or an organisation.</summary>
public sealed class MessageMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Portal.Messages";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _queued;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _retried;
    private readonly Histogram<double> _delay;
    private double _oldest;

    /// <summary>Makes the instruments.</summary>
    public MessageMetrics()
    {
        _queued = _meter.CreateCounter<long>("portal.messages.queued", "{message}", "Messages queued");
        _sent = _meter.CreateCounter<long>("portal.messages.sent", "{message}", "Messages taken by the mail server or gateway");
        _failed = _meter.CreateCounter<long>("portal.messages.failed", "{message}", "Messages bounced or given up");
        _retried = _meter.CreateCounter<long>("portal.messages.retried", "{attempt}", "Attempts that have to be repeated");
        _delay = _meter.CreateHistogram<double>("portal.messages.delay", "s", "From queued to sent");
        _meter.CreateObservableGauge("portal.messages.oldest", () => Volatile.Read(ref _oldest), "s",
            "Age of the oldest message that waits; 0 when none does");
    }

    internal void Queued(OutgoingMessage message) => _queued.Add(1, Channel(message), Kind(message));

    internal void Settled(OutgoingMessage message, AfterAttempt.Settled settled, TimeSpan after)
    {
        if (settled.State == DeliveryState.Sent)
        {
            _sent.Add(1, Channel(message), Kind(message));
            _delay.Record(after.TotalSeconds, Channel(message));
        }
        else
        {
            _failed.Add(1, Channel(message), Kind(message), new("failure", settled.Failure.ToString()));
        }
    }

    internal void Retried(OutgoingMessage message, DeliveryFailure why) =>
        _retried.Add(1, Channel(message), new("failure", why.ToString()));

    internal void Oldest(TimeSpan age) => Volatile.Write(ref _oldest, Math.Max(0, age.TotalSeconds));

    private static KeyValuePair<string, object?> Channel(OutgoingMessage message) => new("channel", message.Channel.ToString());

    private static KeyValuePair<string, object?> Kind(OutgoingMessage message) => new("kind", message.Kind.ToString());

    /// <summary>Ends the meter.</summary>
    public void Dispose() => _meter.Dispose();
}
