using Portal.Grains.Abstractions.Audit;

namespace Portal.Grains.Shared;

/// <summary>
/// A state that keeps what was done together with its entries for the audit log, until they are in there: one write holds both, so that a
/// crash in between loses neither. <see cref="PortalGrain.TellAsync"/> hands them on.
/// </summary>
/// <typeparam name="TState">The state itself.</typeparam>
public interface IUntold<TState>
    where TState : class, IUntold<TState>
{
    /// <summary>
    /// What was done and may not be in the audit log yet, oldest first. An entry that is appended again is in the log once.
    /// </summary>
    IReadOnlyList<AuditEntry> Untold { get; }

    /// <summary>The same state with other entries.</summary>
    TState WithUntold(IReadOnlyList<AuditEntry> untold);
}

/// <summary>Puts entries into states.</summary>
public static class Untold
{
    /// <summary>The state with entries about what it changed.</summary>
    public static TState Noting<TState>(this TState state, params IEnumerable<AuditEntry> entries)
        where TState : class, IUntold<TState> => state.WithUntold([.. state.Untold, .. entries]);
}
