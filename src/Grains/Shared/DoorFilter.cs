using System.Collections.Concurrent;
using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>
/// Enforces the <see cref="DoorAttribute"/> of every method of the portal's grain interfaces, and the organisation in the key, for each
/// call that does not come from another grain. A refusal is written to the audit log of the grain's organisation and thrown as
/// <see cref="DoorRefusedException"/>.
/// </summary>
/// <param name="grains">Reaches the audit log.</param>
/// <param name="time">Judges elevations.</param>
public sealed class DoorFilter(IGrainFactory grains, TimeProvider time) : IIncomingGrainCallFilter
{
    private static readonly ConcurrentDictionary<MethodInfo, Callers?> Doors = new();

    /// <inheritdoc />
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (DoorOf(context.InterfaceMethod) is not { } door) return context.Invoke();
        if (context.SourceId is { } source && !IsClient(source)) return InvokeAsync(context);
        var key = context.TargetId.Key.ToString()!;
        var refusal = DoorRules.Refusal(door, CallerContext.Current, key, time.GetUtcNow());
        return refusal is null ? InvokeAsync(context) : RefuseAsync(context, key, refusal);
    }

    private static Task InvokeAsync(IIncomingGrainCallContext context) =>
        PortalTraces.AreOn ? PortalTraces.InvokeAsync(context) : context.Invoke();

    /// <summary>Null for methods that are not the portal's (the engine's own grains and interfaces, such as reminders).</summary>
    private static Callers? DoorOf(MethodInfo? method) =>
        method is null ? null : Doors.GetOrAdd(method, static m =>
            m.DeclaringType?.Namespace?.StartsWith("Portal.", StringComparison.Ordinal) == true
                && !typeof(IGrainObserver).IsAssignableFrom(m.DeclaringType)
                ? m.GetCustomAttribute<DoorAttribute>()?.Callers ?? Callers.None
                : null);

    // Clients, hosted in a silo or connected to one, have ids of a system type; grains never do.
    private static bool IsClient(GrainId source) => source.Type.ToString()!.StartsWith("sys.client", StringComparison.Ordinal);

    private async Task RefuseAsync(IIncomingGrainCallContext context, string key, string refusal)
    {
        var door = $"{context.InterfaceMethod.DeclaringType!.Name}.{context.InterfaceMethod.Name}";
        await AuditTrail.AppendAsync(
            grains, GrainKeys.OrganisationOf(key), time.GetUtcNow(), "door.refused", AuditOutcome.Refused,
            patient: null, refusal, operation: null, [("door", door), ("from", CallerContext.Current?.Organisation ?? "")]);
        throw new DoorRefusedException($"{door} refused the call: {refusal}.");
    }
}
