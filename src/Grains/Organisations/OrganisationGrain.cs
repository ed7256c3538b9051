using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Shared;

namespace Portal.Grains.Organisations;

/// <inheritdoc cref="IOrganisationGrain" />
public sealed class OrganisationGrain(
    [PersistentState("organisation")] IPersistentState<OrganisationState> state, TimeProvider time, ILogger<OrganisationGrain> logger)
    : PortalGrain(time), IOrganisationGrain
{
    private OrganisationView? _view;

    /// <inheritdoc />
    public async Task<OrganisationView?> Get()
    {
        // Everybody asks for it: whatever a crash kept from the audit log is told by the first page that is opened.
        if (state.State.Untold.Count > 0) await TryTellAsync(state, logger);
        return _view ??= Organisations.Organisation.View(state.State, Key);
    }

    /// <inheritdoc />
    public async Task Found(FoundOrganisation command)
    {
        var next = Organisations.Organisation.Found(state.State, command);
        if (next != state.State) await SaveAsync(next.Noting(Entry("organisation.founded")));
        await TellAsync(state, forget: true);
    }

    /// <inheritdoc />
    public Task<PortalSettings> GetSettings() => Task.FromResult(state.State.Settings);

    /// <inheritdoc />
    public async Task<SettingsOutcome> ChangeSettings(PortalSettings settings)
    {
        await TellAsync(state, forget: true);
        if (Organisations.Organisation.Faults(settings) is { Count: > 0 } faults) return new SettingsOutcome.Refused { Faults = faults };
        var changed = Organisations.Organisation.Differences(state.State.Settings, settings);
        if (changed.Count == 0) return new SettingsOutcome.Changed();
        var entry = Entry("organisation.settings-changed", details: ("settings", string.Join(' ', changed)));
        await SaveAsync(Organisations.Organisation.Change(state.State, settings).Noting(entry));
        await TellAsync(state, forget: true);
        return new SettingsOutcome.Changed();
    }

    /// <inheritdoc />
    public async Task<EnrolOutcome> Enrol(RosterEntry entry)
    {
        await TellAsync(state, forget: true);
        var (outcome, next) = Organisations.Organisation.Enrol(state.State, entry);
        if (next != state.State) await SaveAsync(next);
        return outcome;
    }

    /// <inheritdoc />
    public Task<string?> FindStaff(string emailHash) => Task.FromResult(state.State.Roster.Find(r => r.EmailHash == emailHash)?.Staff);

    /// <inheritdoc />
    public Task<IReadOnlyList<RosterEntry>> Roster() => Task.FromResult<IReadOnlyList<RosterEntry>>(state.State.Roster);

    private async Task SaveAsync(OrganisationState next)
    {
        await WriteAsync(state, next);
        _view = null;
    }
}
