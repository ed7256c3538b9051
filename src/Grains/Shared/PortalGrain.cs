using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>What all grains of the portal share: their organisation, a write that memory never outruns, and the audit log.</summary>
/// <param name="time">The clock by which everything is judged.</param>
public abstract class PortalGrain(TimeProvider time) : Grain
{
    private const int LongestOperation = 100;

    /// <summary>The grain's key.</summary>
    protected string Key => field ??= this.GetPrimaryKeyString();

    /// <summary>The organisation: the first segment of the key.</summary>
    protected string Organisation => field ??= GrainKeys.OrganisationOf(Key);

    /// <summary>The time now, UTC.</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The clock, for timers and rules.</summary>
    protected TimeProvider Time => time;

    /// <summary>The organisation and its settings in force; null where there is none of that name.</summary>
    protected Task<OrganisationView?> OrganisationAsync() =>
        GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();

    /// <summary>Refuses an operation without a name, or with one too long to be stored.</summary>
    /// <exception cref="ArgumentException">The name has not 1 to 100 characters.</exception>
    protected static void RequireOperation(string operation)
    {
        if (operation.Length is 0 or > LongestOperation)
            throw new ArgumentException("An operation has a name of 1 to 100 characters.", nameof(operation));
    }

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

    /// <summary>
    /// Hands what the state has not told yet to the audit log, and to <paramref name="beside"/> at the same time; all durable when it
    /// returns. Where it fails the entries stay in the state, and every later call hands them on first.
    /// </summary>
    /// <param name="state">What is stored.</param>
    /// <param name="beside">What else learns of every change, such as the row of a list; may be told twice. Null: nothing.</param>
    /// <param name="forget">
    /// Whether storage forgets them at once, which costs a write: for grains that change seldom and are read at every start. Else the next
    /// change carries it into storage, and until then an activation tells again what was told, which changes nothing.
    /// </param>
    protected async Task TellAsync<T>(IPersistentState<T> state, Func<T, Task>? beside = null, bool forget = false)
        where T : class, IUntold<T>
    {
        var told = state.State;
        if (told.Untold.Count == 0) return;
        var log = GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation));
        await Task.WhenAll([beside?.Invoke(told) ?? Task.CompletedTask, .. told.Untold.Select(log.Append)]);
        if (forget) await WriteAsync(state, told.WithUntold([]));
        else state.State = told.WithUntold([]);
    }

    /// <summary>
    /// As <see cref="TellAsync"/>, for calls whose answer must not fail with the log: the next call tries again.
    /// </summary>
    protected async Task TryTellAsync<T>(IPersistentState<T> state, ILogger logger)
        where T : class, IUntold<T>
    {
        if (state.State.Untold.Count == 0) return;
        try
        {
            await TellAsync(state, forget: true);
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "What was done could not be told to the audit log yet.");
        }
    }

    /// <summary>Who the caller is and what came of it, to be stored with what was done: see <see cref="IUntold{TState}"/>.</summary>
    /// <inheritdoc cref="AuditAsync" path="/param" />
    protected AuditEntry Entry(
        string action, AuditOutcome outcome = AuditOutcome.Done, string? patient = null, string? reason = null, string? operation = null,
        params ReadOnlySpan<(string Name, string Value)> details) =>
        AuditTrail.Entry(Organisation, Now, action, outcome, patient, reason, operation, details);

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
