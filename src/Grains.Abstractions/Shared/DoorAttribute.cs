namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// Declares who may call a grain method from outside. The door filter enforces it, with the organisation in the key, for every call that
/// does not come from another grain, and writes each refusal to the audit log. A method without one fails a test and refuses everybody.
/// </summary>
/// <param name="callers">Who may call.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DoorAttribute(Callers callers) : Attribute
{
    /// <summary>Who may call.</summary>
    public Callers Callers { get; } = callers;
}
