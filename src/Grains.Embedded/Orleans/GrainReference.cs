using Portal.Grains.Embedded;

namespace Orleans.Runtime;

/// <summary>A reference to a grain or observer: what <see cref="IGrainFactory"/> hands out. References to the same one are equal.</summary>
public abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private Activation? _last;

    internal GrainReference(EmbeddedSilo silo, GrainKind kind, string key)
    {
        Silo = silo;
        Kind = kind;
        Key = key;
    }

    internal EmbeddedSilo Silo { get; }

    internal GrainKind Kind { get; }

    internal string Key { get; }

    /// <summary>Who is called through it.</summary>
    public GrainId GrainId => GrainId.Create(Kind.Type, Key);

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainReference other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString() => $"GrainReference:{GrainId}";

    /// <summary>Same grain.</summary>
    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => Equals(reference1, reference2);

    /// <summary>Different grains.</summary>
    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !Equals(reference1, reference2);

    // The activation of the last call, as long as it lives; every call of a stateless worker may go to another one.
    internal Activation FindTarget()
    {
        if (_last is { IsGone: false } last && Kind.MaxWorkers == 0) return last;
        return _last = Kind.IsObserver ? Silo.FindObserver(Key) : Kind.Find(Key);
    }
}
