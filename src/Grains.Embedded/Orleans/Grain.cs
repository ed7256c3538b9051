using Orleans.Runtime;
using Portal.Grains.Embedded;

namespace Orleans;

/// <summary>
/// The base class of grains. Its code runs in turns, one at a time; requests follow one another unless it says otherwise.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Made by the engine only.</summary>
    protected Grain() => Activation = Activation.Creating;

    internal Activation Activation { get; }

    /// <inheritdoc/>
    public IGrainContext GrainContext => Activation;

    /// <summary>References to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Silo.GrainFactory;

    /// <summary>The services the constructor was given.</summary>
    protected internal IServiceProvider ServiceProvider => Activation.ActivationServices;

    /// <summary><c>type/key</c>.</summary>
    public string IdentityString => Activation.GrainId.ToString();

    /// <summary>Ends this activation after the current requests; the next call makes a new one from storage.</summary>
    protected void DeactivateOnIdle() => Activation.DeactivateOnIdle();

    /// <summary>Keeps this activation from being collected for that long; a negative span takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.DelayDeactivation(timeSpan);

    /// <inheritdoc/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Why an activation ends.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>The process stops.</summary>
    ShuttingDown = 1,

    /// <summary>It could not be activated.</summary>
    ActivationFailed = 2,

    /// <summary>It was idle.</summary>
    ActivationIdle = 4,

    /// <summary>Its state was found to be outdated, or another error ended it.</summary>
    ApplicationError = 8,

    /// <summary>It asked for it.</summary>
    ApplicationRequested = 9,
}

/// <summary>Why an activation ends, for code and for people.</summary>
public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
{
    /// <summary>Without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text) { }

    /// <summary>The reason for code.</summary>
    public DeactivationReasonCode ReasonCode => code;

    /// <summary>The reason for people.</summary>
    public string Description => text;

    /// <summary>The error that led to it.</summary>
    public Exception? Exception => exception;

    /// <inheritdoc/>
    public override string ToString() => $"{code}: {text}";
}

/// <summary>What a grain and the references to it have in common.</summary>
public static class GrainExtensions
{
    /// <summary>The key the grain is addressed by.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>The identity of a grain or reference.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        Grain instance => instance.Activation.GrainId,
        GrainReference reference => reference.GrainId,
        IGrainBase other => other.GrainContext.GrainId,
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };

    /// <summary>A reference to a grain, from the grain itself (pass this instead of <c>this</c>) or from another reference to it.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => (TGrainInterface)(grain switch
    {
        GrainReference reference => reference.Silo.Reference(typeof(TGrainInterface), reference.GrainId),
        IGrainBase { GrainContext: Activation activation } => activation.Silo.Reference(typeof(TGrainInterface), activation.GrainId),
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    });

    /// <summary>Same as <see cref="AsReference{T}"/>.</summary>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();
}
