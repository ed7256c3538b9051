using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Organisations;

/// <summary>One clinic: its name and looks, its settings, its staff roster. Key: <c>{org}</c>. Calls no other grain but the audit
/// log.</summary>
[Alias("portal.IOrganisationGrain"), Repeatable]
public interface IOrganisationGrain : IGrainWithStringKey
{
    /// <summary>What anyone may know of the organisation; null where there is none of that name.</summary>
    [Alias("Get"), Door(Callers.Visitor | Callers.Grain)]
    Task<OrganisationView?> Get();

    /// <summary>Makes the organisation. Doing it again with the same values changes nothing; an organisation that exists keeps its
    /// settings.</summary>
    [Alias("Found"), Door(Callers.Operator)]
    Task Found(FoundOrganisation command);

    /// <summary>The settings as an administrator edits them.</summary>
    [Alias("GetSettings"), Door(Callers.Admin)]
    Task<PortalSettings> GetSettings();

    /// <summary>Changes the settings, at once for everybody. Refused, with everything that is wrong, where one is out of range.</summary>
    [Alias("ChangeSettings"), Door(Callers.Admin)]
    Task<SettingsOutcome> ChangeSettings(PortalSettings settings);

    /// <summary>Puts a staff member on the roster, so that the sign-in page finds them. Idempotent.</summary>
    [Alias("Enrol"), Door(Callers.Grain)]
    Task<EnrolOutcome> Enrol(RosterEntry entry);

    /// <summary>The id of the staff member with this address; null where there is none.</summary>
    [Alias("FindStaff"), Door(Callers.Grain)]
    Task<string?> FindStaff(string emailHash);

    /// <summary>The roster: who works here, in order of name. At most <see cref="OrganisationLimits.MaxStaff"/>.</summary>
    [Alias("Roster"), Door(Callers.AnyStaff | Callers.Grain)]
    Task<IReadOnlyList<RosterEntry>> Roster();
}
