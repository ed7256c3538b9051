using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Shared;

namespace Portal.Grains.Organisations;

/// <summary>What is stored of an organisation.</summary>
[GenerateSerializer, Alias("portal.OrganisationState")]
public sealed record OrganisationState : IUntold<OrganisationState>
{
    /// <summary>The clinic's name; empty where there is no such organisation.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>IANA time zone.</summary>
    [Id(1)] public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 3166 country.</summary>
    [Id(2)] public string Country { get; init; } = "GB";

    /// <summary>The settings in force.</summary>
    [Id(3)] public PortalSettings Settings { get; init; } = new();

    /// <summary>Rises each time the portal is switched off, or everybody's sessions are ended.</summary>
    [Id(4)] public int Epoch { get; init; }

    /// <summary>The staff roster, at most <see cref="OrganisationLimits.MaxStaff"/>.</summary>
    [Id(5)] public List<RosterEntry> Roster { get; init; } = [];

    /// <summary>The logo in force; null where there is none.</summary>
    [Id(7)] public Logo? Logo { get; init; }

    /// <summary>The last operations that ended everybody's sessions, newest last.</summary>
    [Id(8)] public IReadOnlyList<string> EndedFor { get; init; } = [];

    /// <inheritdoc />
    [Id(6)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public OrganisationState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>The rules of an organisation: pure functions of its state and a command.</summary>
public static class Organisation
{
    /// <summary>How many operations that ended everybody's sessions are remembered. Ours: a form is sent twice within seconds.</summary>
    private const int RememberedEnds = 8;

    /// <summary>Whether there is such an organisation.</summary>
    public static bool Exists(OrganisationState state) => state.Name.Length > 0;

    /// <summary>What anyone may know of it; null where there is none.</summary>
    public static OrganisationView? View(OrganisationState state, string slug) => !Exists(state) ? null : new OrganisationView
    {
        Slug = slug,
        Name = state.Name,
        TimeZone = state.TimeZone,
        Country = state.Country,
        Settings = state.Settings,
        Epoch = state.Epoch,
        Logo = state.Logo,
    };

    /// <summary>Makes it; the same state where it exists already.</summary>
    public static OrganisationState Found(OrganisationState state, FoundOrganisation command) => Exists(state) ? state : state with
    {
        Name = command.Name,
        TimeZone = command.TimeZone,
        Country = command.Country,
        Settings = command.Settings with
        {
            PortalName = command.Settings.PortalName.Length > 0 ? command.Settings.PortalName
            : command.Name
        },
    };

    /// <summary>Puts settings without faults in force. Switching the portal off ends every session for good, also when it is switched on
    /// again.</summary>
    public static OrganisationState Change(OrganisationState state, PortalSettings settings) => state with
    {
        Settings = settings,
        Epoch = state.Settings.PortalEnabled && !settings.PortalEnabled ? state.Epoch + 1 : state.Epoch,
    };

    /// <summary>Ends the sessions of all patients; the same state where this very operation has done so before.</summary>
    public static OrganisationState EndSessions(OrganisationState state, string operation) => state.EndedFor.Contains(operation)
        ? state
        : state with { Epoch = state.Epoch + 1, EndedFor = [.. state.EndedFor.Append(operation).TakeLast(RememberedEnds)] };

    /// <summary>Puts somebody on the roster, or brings their entry up to date.</summary>
    public static (EnrolOutcome Outcome, OrganisationState State) Enrol(OrganisationState state, RosterEntry entry)
    {
        if (state.Roster.Any(r => r.EmailHash == entry.EmailHash && r.Staff != entry.Staff)) return (EnrolOutcome.AddressTaken, state);
        if (state.Roster.Contains(entry)) return (EnrolOutcome.Enrolled, state);
        var others = state.Roster.Where(r => r.Staff != entry.Staff).ToList();
        if (others.Count >= OrganisationLimits.MaxStaff) return (EnrolOutcome.RosterFull, state);
        return (EnrolOutcome.Enrolled, state with { Roster = [.. others.Append(entry).OrderBy(r => r.Name, StringComparer.Ordinal)] });
    }

    /// <summary>The settings whose values differ, by name, for the audit log.</summary>
    public static IReadOnlyList<string> Differences(PortalSettings before, PortalSettings after) =>
        [.. typeof(PortalSettings).GetProperties().Where(p => p.CanWrite && !Same(p.GetValue(before), p.GetValue(after))).Select(p =>
            p.Name)];

    private static bool Same(object? left, object? right) =>
        left is IReadOnlyList<PortalSection> one && right is IReadOnlyList<PortalSection> other ? one.SequenceEqual(other)
            : Equals(left, right);
}
