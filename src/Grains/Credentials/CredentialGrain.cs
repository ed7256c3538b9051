using Orleans.Runtime;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <inheritdoc cref="ICredentialGrain" />
public sealed class CredentialGrain(
    [PersistentState("credential")] IPersistentState<CredentialClaimState> state, Database database, TimeProvider time)
    : PortalGrain(time), ICredentialGrain
{
    private string ValueHash => field ??= GrainKeys.Third(Key).ToString();

    private CredentialKind Kind =>
        GrainKeys.TryKind(GrainKeys.Second(Key), out var kind) ? kind : throw new InvalidOperationException("Not a credential's key.");

    /// <inheritdoc />
    public Task<string?> Holder() => Task.FromResult(CredentialClaim.Holder(state.State));

    /// <inheritdoc />
    public async Task<ReserveOutcome> Reserve(string operation, string patient)
    {
        var (outcome, next) = CredentialClaim.Reserve(state.State, operation, patient);
        if (next != state.State) await WriteAsync(state, next);
        return outcome;
    }

    /// <inheritdoc />
    public async Task<bool> Hold(string operation, string patient)
    {
        var (held, next) = CredentialClaim.Hold(state.State, operation, patient);
        if (!held) return false;
        // The row first: where it is refused, nobody has been told that the credential is held.
        if (next != state.State) await database.WriteAsync(CredentialClaimTable.Hold(Organisation, Kind, ValueHash, patient, Now));
        if (next != state.State) await WriteAsync(state, next);
        return true;
    }

    /// <inheritdoc />
    public async Task<bool> Transfer(string operation, string from, string to)
    {
        var (done, next) = CredentialClaim.Transfer(state.State, operation, from, to);
        if (!done || next == state.State) return done;
        // The row first, as when it is held: the same transfer comes again after a crash.
        await database.WriteAsync(CredentialClaimTable.Transfer(Organisation, Kind, ValueHash, from, to, Now));
        await WriteAsync(state, next);
        return true;
    }

    /// <inheritdoc />
    public async Task Release(string operation, string patient)
    {
        var next = CredentialClaim.Release(state.State, operation, patient);
        if (next == state.State) return;
        // The row first: after a crash in between the claim is still held, and the same release comes again.
        if (CredentialClaim.Holder(state.State) == patient)
            await database.WriteAsync(CredentialClaimTable.Release(Organisation, Kind, ValueHash, patient));
        await WriteAsync(state, next);
    }
}
