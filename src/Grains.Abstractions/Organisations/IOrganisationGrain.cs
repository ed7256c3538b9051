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

    /// <summary>
    /// Changes all settings of all parts, at once for everybody, whatever they are now. Refused, with everything that is wrong, where one
    /// is out of range. Pages use <see cref="ChangePart"/>, which overwrites nobody's change.
    /// </summary>
    [Alias("ChangeSettings"), Door(Callers.Admin)]
    Task<SettingsOutcome> ChangeSettings(PortalSettings settings);

    /// <summary>One part of the settings as its page edits it, with the version that a change of it names.</summary>
    [Alias("OpenPart"), Door(Callers.Admin)]
    Task<SettingsForm> OpenPart(SettingsPart part);

    /// <summary>
    /// Changes one part of the settings and nothing else, at once for everybody. Refused where a value is wrong, and where the part is no
    /// longer what the form began with: then what is in force is handed back. Doing it again changes nothing.
    /// </summary>
    [Alias("ChangePart"), Door(Callers.Admin)]
    Task<SettingsOutcome> ChangePart(SettingsChange change);

    /// <summary>
    /// Puts a logo in force that <see cref="ILogoGrain.Propose"/> has stored. False where it is not stored: proposals are kept a day.
    /// </summary>
    [Alias("UseLogo"), Door(Callers.Admin)]
    Task<bool> UseLogo(string hash);

    /// <summary>Takes the logo away and forgets its picture. Nothing happens where there is none.</summary>
    [Alias("RemoveLogo"), Door(Callers.Admin)]
    Task RemoveLogo();

    /// <summary>
    /// Ends the sessions of all patients, elevations included; staff stay signed in. The same operation again ends nobody's who has signed
    /// in since.
    /// </summary>
    [Alias("EndAllSessions"), Door(Callers.Admin)]
    Task EndAllSessions(string operation);

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
