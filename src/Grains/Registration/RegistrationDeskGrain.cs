using Orleans.Runtime;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Shared;

namespace Portal.Grains.Registration;

/// <inheritdoc cref="IRegistrationDeskGrain" />
public sealed class RegistrationDeskGrain(
    [PersistentState("registrationdesk")] IPersistentState<RegistrationDeskState> state, TimeProvider time)
    : PortalGrain(time), IRegistrationDeskGrain
{
    /// <inheritdoc />
    public async Task<DateTimeOffset?> Take(string registration)
    {
        var (until, next) = OnlineRegistration.Take(state.State, registration, Now);
        if (!ReferenceEquals(next, state.State)) await WriteAsync(state, next);
        return until;
    }

    /// <inheritdoc />
    public async Task Release(string registration)
    {
        var next = OnlineRegistration.Released(state.State, registration, Now);
        DeactivateOnIdle();
        if (next is not null && !ReferenceEquals(next, state.State)) await WriteAsync(state, next);
        else if (next is null && state.RecordExists) await state.ClearStateAsync();
    }

    /// <inheritdoc />
    public Task<bool> IsCurrent(string registration) => Task.FromResult(state.State.Current == registration);
}
