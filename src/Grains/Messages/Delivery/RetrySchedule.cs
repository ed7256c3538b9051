using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Wording;

namespace Portal.Grains.Messages.Delivery;

/// <summary>Where a message stands after an attempt.</summary>
internal abstract record AfterAttempt
{
    private AfterAttempt()
    {
    }

    /// <summary>Nothing more happens to it.</summary>
    public sealed record Settled(DeliveryState State, DeliveryFailure Failure, string? Detail) : AfterAttempt;

    /// <summary>It is tried again.</summary>
    public sealed record Again(DateTimeOffset At, DeliveryFailure Failure, string? Detail) : AfterAttempt;
}

/// <summary>When a message is tried again, and when it is given up.</summary>
internal static class RetrySchedule
{
    /// <summary>The instant from which a message is not sent any more: its own deadline, or two days.</summary>
    public static DateTimeOffset Deadline(OutgoingMessage message, DateTimeOffset queuedAt)
    {
        var last = queuedAt + OutboxLimits.GiveUpAfter;
        return message.NotAfter is { } own && own < last ? own : last;
    }

    /// <summary>Decides what follows from an attempt.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queuedAt">When it was queued.</param>
    /// <param name="attempts">Attempts so far, this one included.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="now">The present.</param>
    /// <param name="chance">From 0 to 1, for the jitter.</param>
    public static AfterAttempt After(OutgoingMessage message, DateTimeOffset queuedAt, int attempts, DeliveryOutcome outcome,
        DateTimeOffset now, double chance)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Sent:
                return new AfterAttempt.Settled(DeliveryState.Sent, DeliveryFailure.None, null);
            case DeliveryOutcome.Never never:
                return new AfterAttempt.Settled(never.State, never.Why, never.Detail);
            case DeliveryOutcome.Later later:
                var at = now + Delay(attempts, MessageTemplates.IsCode(message.Kind), later.RetryAfter, chance);
                return attempts >= OutboxLimits.MostAttempts || at >= Deadline(message, queuedAt)
                    ? new AfterAttempt.Settled(DeliveryState.Failed, later.Why, later.Detail)
                    : new AfterAttempt.Again(at, later.Why, later.Detail);
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome));
        }
    }

    /// <summary>
    /// The wait after a number of attempts: doubling, bounded, jittered; never shorter than the other side asked for, up to an hour.
    /// </summary>
    public static TimeSpan Delay(int attempts, bool code, TimeSpan? asked, double chance)
    {
        var longest = code ? OutboxLimits.LongestDelayOfCode : OutboxLimits.LongestDelay;
        var doubled = OutboxLimits.FirstDelay * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        var delay = (doubled < longest ? doubled : longest) * (1 - OutboxLimits.Jitter + 2 * OutboxLimits.Jitter * chance);
        var least = asked is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        if (least > OutboxLimits.LongestDelay) least = OutboxLimits.LongestDelay;
        return delay > least ? delay : least;
    }
}
