using Orleans;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// A call that its door refused: the wrong organisation, role or patient, or no elevation. It means that a page asked for what its reader
/// may not have, so the web answers as if the thing did not exist. The refusal is in the audit log by then.
/// </summary>
[GenerateSerializer, Alias("portal.DoorRefusedException")]
public sealed class DoorRefusedException : Exception
{
    /// <summary>For serializers.</summary>
    public DoorRefusedException() { }

    /// <summary>A refusal, described by interface and method, never by personal data.</summary>
    /// <param name="message">Which door refused, and which rule.</param>
    public DoorRefusedException(string message) : base(message) { }

    /// <summary>A refusal with its cause.</summary>
    /// <param name="message">Which door refused, and which rule.</param>
    /// <param name="innerException">The cause.</param>
    public DoorRefusedException(string message, Exception innerException) : base(message, innerException) { }
}
