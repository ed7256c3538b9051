using Portal.Grains.Abstractions.Messages;
using Portal.Storage;

namespace Portal.Grains.Messages.Delivery;

/// <summary>Takes messages of one channel out of the system: a mail server, an SMS gateway, the development mailbox.</summary>
public interface IMessageTransport
{
    /// <summary>The channel it serves.</summary>
    MessageChannel Channel { get; }

    /// <summary>How many messages it may be given at once.</summary>
    int Concurrency { get; }

    /// <summary>
    /// Hands one message over. Returns what became of it, whatever that is; an exception counts as
    /// <see cref="DeliveryFailure.Unreachable"/>.
    /// </summary>
    /// <param name="message">The message. It may have been handed over before, where a crash came between that and its note.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct);
}

/// <summary>What became of one attempt.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>Taken by the other side.</summary>
    public sealed record Sent : DeliveryOutcome
    {
        /// <summary>Written in one transaction with the note that it is sent; null for a transport outside this database.</summary>
        public Statement? AlongWith { get; init; }
    }

    /// <summary>Not taken, but perhaps later.</summary>
    /// <param name="Why">The reason shown meanwhile.</param>
    /// <param name="Detail">The other side's code; never free text.</param>
    public sealed record Later(DeliveryFailure Why, string? Detail = null) : DeliveryOutcome
    {
        /// <summary>How long the other side asked to wait; null when it did not say.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>Never to be taken: tried no more.</summary>
    /// <param name="State">
    /// <see cref="DeliveryState.Bounced"/> when the address is at fault, else <see cref="DeliveryState.Failed"/>.
    /// </param>
    /// <param name="Why">The reason shown.</param>
    /// <param name="Detail">The other side's code; never free text.</param>
    public sealed record Never(DeliveryState State, DeliveryFailure Why, string? Detail = null) : DeliveryOutcome;

    /// <summary>The address does not take messages.</summary>
    public static DeliveryOutcome Bounced(DeliveryFailure why, string? detail = null) => new Never(DeliveryState.Bounced, why, detail);

    /// <summary>The message is refused for another reason than its address.</summary>
    public static DeliveryOutcome Failed(DeliveryFailure why, string? detail = null) => new Never(DeliveryState.Failed, why, detail);
}
