using Orleans.Concurrency;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Organisations;

/// <inheritdoc cref="ISettingsEffectsGrain" />
[StatelessWorker]
public sealed class SettingsEffectsGrain(Database database, TimeProvider time) : PortalGrain(time), ISettingsEffectsGrain
{
    /// <inheritdoc />
    public async Task<SettingsPreview> Preview(SettingsChange change)
    {
        if (SettingsParts.Faults(change) is { Count: > 0 } faults) return new SettingsPreview { Faults = faults };
        if (await OrganisationAsync() is not { } organisation) return new SettingsPreview();
        var before = new OrganisationState
        {
            Settings = organisation.Settings,
            TimeZone = organisation.TimeZone,
            Country = organisation.Country,
        };
        var after = SettingsParts.Change(before, change);
        if (SettingsParts.Differences(before, after).Count == 0) return new SettingsPreview();
        var figures = await SettingsFiguresTable.CountAsync(database, Organisation, organisation, after.Settings, Now);
        return new SettingsPreview { Effects = SettingsEffects.Of(before, after, figures) };
    }

    /// <inheritdoc />
    public async Task<int> SignedIn()
    {
        if (await OrganisationAsync() is not { } organisation) return 0;
        return (await SettingsFiguresTable.CountAsync(database, Organisation, organisation, organisation.Settings, Now)).SignedIn;
    }
}
