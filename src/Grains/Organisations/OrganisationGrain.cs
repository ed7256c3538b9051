using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Organisations;

/// <inheritdoc cref="IOrganisationGrain" />
public sealed class OrganisationGrain(
    [PersistentState("organisation")] IPersistentState<OrganisationState> state, Database database, TimeProvider time,
    ILogger<OrganisationGrain> logger) : PortalGrain(time), IOrganisationGrain
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
        if (SettingsParts.Faults(settings) is { Count: > 0 } faults) return new SettingsOutcome.Refused { Faults = faults };
        var changed = Organisations.Organisation.Differences(state.State.Settings, settings);
        if (changed.Count == 0) return new SettingsOutcome.Changed();
        var entry = Entry("organisation.settings-changed", details: ("settings", string.Join(' ', changed)));
        await SaveAsync(Organisations.Organisation.Change(state.State, settings).Noting(entry));
        await TellAsync(state, forget: true);
        return new SettingsOutcome.Changed();
    }

    /// <inheritdoc />
    public Task<SettingsForm> OpenPart(SettingsPart part) => Task.FromResult(SettingsParts.Open(state.State, part));

    /// <inheritdoc />
    public async Task<SettingsOutcome> ChangePart(SettingsChange change)
    {
        await TellAsync(state, forget: true);
        if (SettingsParts.Faults(change) is { Count: > 0 } faults) return new SettingsOutcome.Refused { Faults = faults };
        var next = SettingsParts.Change(state.State, change);
        var changed = SettingsParts.Differences(state.State, next);
        if (changed.Count == 0) return new SettingsOutcome.Changed();
        if (SettingsParts.IsOvertaken(state.State, change))
            return new SettingsOutcome.ChangedMeanwhile { Now = SettingsParts.Open(state.State, change.Part) };
        await SaveAsync(next.Noting(Entry("organisation.settings-changed", details: ("settings", string.Join(' ', changed)))));
        await TellAsync(state, forget: true);
        return new SettingsOutcome.Changed();
    }

    /// <inheritdoc />
    public async Task<bool> UseLogo(string hash)
    {
        await TellAsync(state, forget: true);
        if (!LogoFile.IsHash(hash) || await LogoTable.FindAsync(database, Key, hash) is not { } logo) return false;
        if (state.State.Logo == logo) return true;
        await SaveAsync((state.State with { Logo = logo }).Noting(Entry("organisation.logo-changed")));
        await TellAsync(state, forget: true);
        return true;
    }

    /// <inheritdoc />
    public async Task RemoveLogo()
    {
        await TellAsync(state, forget: true);
        if (state.State.Logo is not { } logo) return;
        await SaveAsync((state.State with { Logo = null }).Noting(Entry("organisation.logo-removed")));
        await database.WriteAsync(LogoTable.Delete(Key, logo.Hash));
        await TellAsync(state, forget: true);
    }

    /// <inheritdoc />
    public async Task EndAllSessions(string operation)
    {
        RequireOperation(operation);
        await TellAsync(state, forget: true);
        var next = Organisations.Organisation.EndSessions(state.State, operation);
        if (ReferenceEquals(next, state.State)) return;
        await SaveAsync(next.Noting(Entry("organisation.sessions-ended", operation: operation)));
        await TellAsync(state, forget: true);
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
