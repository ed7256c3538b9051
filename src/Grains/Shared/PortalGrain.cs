using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>What all grains of the portal share: their organisation, a write that memory never outruns, and the audit log.</summary>
/// <param name="time">The clock by which everything is judged.</param>
public abstract class PortalGrain(TimeProvider time) : Grain
{
    /// <summary>The grain's key.</summary>
    protected string Key => field ??= this.GetPrimaryKeyString();

    /// <summary>The organisation: the first segment of the key.</summary>
    protected string Organisation => field ??= GrainKeys.OrganisationOf(Key);

    /// <summary>The time now, UTC.</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The clock, for timers and rules.</summary>
    protected TimeProvider Time => time;

    /// <summary>
    /// Makes <paramref name="next"/> the state, in storage first of all. Where the write fails the activation goes away, so that the next
    /// call reads what is stored, and the
    /// error reaches the caller: the outcome is unknown to it, and the same operation may be tried again.
    /// </summary>
    protected async Task WriteAsync<T>(IPersistentState<T> state, T next)
    {
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Appends to the organisation's audit log who the caller is, and what came of it. Durable when it returns.</summary>
    /// <param name="action">Stable name, such as <c>patient.blocked</c>.</param>
    /// <param name="outcome">How it came out.</param>
    /// <param name="patient">The patient it is about; null: none.</param>
    /// <param name="reason">Stable name of the reason; null: none.</param>
    /// <param name="operation">The operation, where it may be repeated: its entry is then written once.</param>
    /// <param name="details">More facts, never personal ones.</param>
    protected Task AuditAsync(
        string action, AuditOutcome outcome = AuditOutcome.Done, string? patient = null, string? reason = null, string? operation = null,
        params ReadOnlySpan<(string Name, string Value)> details) =>
        AuditTrail.AppendAsync(GrainFactory, Organisation, Now, action, outcome, patient, reason, operation, details);
}
