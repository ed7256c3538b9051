using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Patients;
using Portal.Grains.Shared;

namespace Portal.Grains.Relationships;

/// <summary>What a grant is judged by besides itself, asked for anew at each call.</summary>
/// <param name="Patient">The patient's id.</param>
/// <param name="BirthDate">The patient's date of birth.</param>
/// <param name="Blocked">Whether the patient is blocked, which shuts every way in to their data.</param>
/// <param name="AdultAge">The age at which a parent's access ends here.</param>
/// <param name="Zone">The organisation's time zone, in which days begin and end.</param>
public sealed record GrantFacts(string Patient, DateOnly BirthDate, bool Blocked, int AdultAge, TimeZoneInfo Zone)
{
    /// <summary>The day the patient comes of age. Who was born on 29 February does so on the 28th of other years.</summary>
    public DateOnly ComesOfAge => BirthDate.AddYears(AdultAge);

    /// <summary>The moment a day begins where the clinic is.</summary>
    public DateTimeOffset Begin(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight the day begins an hour later.
        if (Zone.IsInvalidTime(midnight)) midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>The day it is where the clinic is.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);

    /// <summary>The facts about a patient of an organisation.</summary>
    public static GrantFacts Of(string patient, DateOnly birthDate, bool blocked, OrganisationView organisation) => new(
        patient, birthDate, blocked, organisation.Settings.AdultAge,
        TimeZoneInfo.TryFindSystemTimeZoneById(organisation.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc);
}

/// <summary>The rules of who may act for a patient: pure functions of state, command, facts and time.</summary>
public static class CaregiverGrants
{
    /// <summary>When a grant ends by itself, and why; null where it does not.</summary>
    public static (DateTimeOffset At, GrantEnd Why)? Ends(CaregiverGrant grant, GrantFacts facts)
    {
        (DateTimeOffset At, GrantEnd Why)? ends = grant.Until is { } last ? (facts.Begin(last.AddDays(1)), GrantEnd.Expired) : null;
        if (!grant.Parental) return ends;
        var adult = facts.Begin(facts.ComesOfAge);
        return ends is null || adult <= ends.Value.At ? (adult, GrantEnd.CameOfAge) : ends;
    }

    /// <summary>Whether a grant counts at this moment, whatever has been written down.</summary>
    public static bool IsInForce(CaregiverGrant grant, GrantFacts facts, DateTimeOffset now) =>
        grant.EndedAt is null && (Ends(grant, facts) is not { } ends || now < ends.At);

    /// <summary>What a person may do for the patient; null: nothing. A blocked patient's data is shut to everybody.</summary>
    public static CaregiverGrant? Of(RelationshipsState state, string person, GrantFacts facts, DateTimeOffset now) =>
        facts.Blocked ? null : state.Grants.FirstOrDefault(g => g.Person == person && IsInForce(g, facts, now));

    /// <summary>Why a grant can't be given to somebody; null: nothing is wrong.</summary>
    public static GiveGrantOutcome? Refusal(
        RelationshipsState state, GiveGrant command, string person, GrantFacts facts, DateTimeOffset now)
    {
        if (person == facts.Patient) return new GiveGrantOutcome.Self();
        if (command.Parental && facts.Begin(facts.ComesOfAge) <= now) return new GiveGrantOutcome.OfAge();
        var inForce = state.Grants.Where(g => IsInForce(g, facts, now)).ToList();
        if (inForce.Any(g => g.Person == person)) return new GiveGrantOutcome.Already();
        return inForce.Count >= RelationshipLimits.InForce ? new GiveGrantOutcome.TooMany() : null;
    }

    /// <summary>
    /// Why whoever signs in with an email can't be meant by what was typed; null: they are. Nobody acts for anybody by a mailbox that was
    /// never shown to be theirs, or because staff mistyped an address that is somebody else's.
    /// </summary>
    public static GiveGrantOutcome? MayMean(GiveGrant command, OnlineAccessView? holder)
    {
        if (holder is null || !IsNamed(command, holder.Patient)) return new GiveGrantOutcome.SomebodyElse();
        var proved = holder.Credentials.Any(c => c is { Kind: CredentialKind.Email, VerifiedAt: not null });
        return proved ? null : new GiveGrantOutcome.Unproved();
    }

    /// <summary>Whether somebody on file is called and was born as typed.</summary>
    public static bool IsNamed(GiveGrant command, PatientView person) => command.BirthDate == person.BirthDate
        && PatientLikeness.AreSame((command.GivenName, command.FamilyName), (person.GivenName, person.FamilyName));

    /// <summary>What is wrong with what was typed, by the name of the property; null: nothing.</summary>
    public static string? Fault(GiveGrant command, GrantFacts facts, DateTimeOffset now)
    {
        if (!IsScope(command.Scopes)) return nameof(command.Scopes);
        return IsDay(command.Until, facts, now) ? null : nameof(command.Until);
    }

    /// <summary>Whether at least one scope is chosen, and none that there isn't.</summary>
    public static bool IsScope(CaregiverScopes scopes) => scopes != CaregiverScopes.None && (scopes & ~CaregiverScopes.All) == 0;

    /// <summary>Whether a grant may end on this day: today at the earliest.</summary>
    public static bool IsDay(DateOnly? until, GrantFacts facts, DateTimeOffset now)
    {
        var today = facts.Today(now);
        return until is not { } day || (day >= today && day <= today.AddYears(RelationshipLimits.LongestYears));
    }

    /// <summary>Gives a grant; both are told, unless it is the host that gives it, in nobody's name.</summary>
    public static RelationshipsState Give(
        RelationshipsState state, GiveGrant command, string id, string person, string givenBy, GrantFacts facts, AuditEntry entry)
    {
        var grant = new CaregiverGrant
        {
            Id = id,
            Person = person,
            Scopes = command.Scopes,
            Until = command.Until,
            Parental = command.Parental,
            GivenBy = givenBy,
            GivenAt = entry.At,
            Operation = command.Operation,
        };
        var kept = state.Grants.Append(grant).TakeLast(RelationshipLimits.Kept).ToList();
        GrantNotice[] notices = givenBy.Length == 0
            ? []
            : [Notice(grant, facts.Patient, MessageKind.CaregiverAdded, null), Notice(grant, person, MessageKind.CaregiverWelcome, null)];
        return Changed(state, kept, entry, notices);
    }

    /// <summary>Changes a grant; the same state where it is so already.</summary>
    public static RelationshipsState Change(RelationshipsState state, CaregiverGrant grant, ChangeGrant command, AuditEntry entry)
    {
        var next = grant with { Scopes = command.Scopes, Until = command.Until };
        return next == grant ? state : Changed(state, Replaced(state, next), entry);
    }

    /// <summary>Ends a grant; both are told.</summary>
    public static RelationshipsState End(
        RelationshipsState state, CaregiverGrant grant, GrantEnd why, DateTimeOffset at, GrantFacts facts, AuditEntry entry) => Changed(
            state, Replaced(state, grant with { EndedAt = at, Reason = why }), entry,
            Notice(grant, facts.Patient, MessageKind.CaregiverEnded, null), Notice(grant, grant.Person, MessageKind.CaregiverEnded, null));

    /// <summary>
    /// Ends, with the patient's record, every grant of somebody who was merged into another. Only the caregivers are told: the patient goes
    /// on under the other record.
    /// </summary>
    public static RelationshipsState Depart(
        RelationshipsState state, string merge, GrantFacts facts, DateTimeOffset now, Func<CaregiverGrant, AuditEntry> entry) =>
        state.Grants.Where(g => IsInForce(g, facts, now)).Aggregate(state, (next, grant) => Changed(
            next, Replaced(next, grant with { EndedAt = now, Reason = GrantEnd.Merged, Merge = merge }), entry(grant),
            Notice(grant, grant.Person, MessageKind.CaregiverEnded, null)));

    /// <summary>The grants that a merge has ended.</summary>
    public static IReadOnlyList<MergedGrant> Departed(RelationshipsState state, string merge) =>
    [
        .. state.Grants.Where(g => g.Merge == merge)
            .Select(g => new MergedGrant { Person = g.Person, Scopes = g.Scopes, Until = g.Until, Parental = g.Parental }),
    ];

    /// <summary>
    /// What is left of a grant when the record joins another, of which the same person might see something else; null: nothing is. Source:
    /// security rules, "Merge: caregiver grants intersect".
    /// </summary>
    public static CaregiverGrant? Intersected(CaregiverGrant grant, IReadOnlyList<MergedGrant> others)
    {
        if (others.FirstOrDefault(o => o.Person == grant.Person) is not { } other || (grant.Scopes & other.Scopes) == 0) return null;
        var until = grant.Until is null || other.Until < grant.Until ? other.Until : grant.Until;
        return grant with { Scopes = grant.Scopes & other.Scopes, Until = until, Parental = grant.Parental || other.Parental };
    }

    /// <summary>Puts what a merge has left of a grant in its place; the same state where that is all of it.</summary>
    public static RelationshipsState Narrowed(RelationshipsState state, CaregiverGrant left, AuditEntry entry) =>
        state.Grants.Contains(left) ? state : Changed(state, Replaced(state, left), entry);

    /// <summary>The grants that are over and that nobody has written that down of yet.</summary>
    public static IReadOnlyList<CaregiverGrant> Over(RelationshipsState state, GrantFacts facts, DateTimeOffset now) =>
        [.. state.Grants.Where(g => g.EndedAt is null && !IsInForce(g, facts, now))];

    /// <summary>The parents' grants of which both are to be told now that the patient comes of age.</summary>
    public static IReadOnlyList<CaregiverGrant> ToNotice(RelationshipsState state, GrantFacts facts, DateTimeOffset now) =>
        [.. state.Grants.Where(g => IsInForce(g, facts, now) && g is { Parental: true, NoticedAt: null } && NoticeAt(facts) <= now)];

    /// <summary>Tells both that the patient comes of age.</summary>
    public static RelationshipsState Noticed(RelationshipsState state, CaregiverGrant grant, GrantFacts facts, AuditEntry entry)
    {
        var adult = facts.Begin(facts.ComesOfAge);
        return Changed(state, Replaced(state, grant with { NoticedAt = entry.At }), entry,
            Notice(grant, facts.Patient, MessageKind.ComingOfAge, adult), Notice(grant, grant.Person, MessageKind.ComingOfAge, adult));
    }

    /// <summary>When something falls due by itself next; null where nothing does.</summary>
    public static DateTimeOffset? NextAt(RelationshipsState state, GrantFacts facts)
    {
        DateTimeOffset? next = null;
        foreach (var grant in state.Grants.Where(g => g.EndedAt is null))
        {
            if (grant is { Parental: true, NoticedAt: null }) next = Earlier(next, NoticeAt(facts));
            if (Ends(grant, facts) is { } ends) next = Earlier(next, ends.At);
        }

        return next;
    }

    private static DateTimeOffset NoticeAt(GrantFacts facts) => facts.Begin(facts.ComesOfAge.AddDays(-RelationshipLimits.NoticeDays));

    private static DateTimeOffset Earlier(DateTimeOffset? left, DateTimeOffset right) => left < right ? left.Value : right;

    private static List<CaregiverGrant> Replaced(RelationshipsState state, CaregiverGrant grant) =>
        [.. state.Grants.Select(g => g.Id == grant.Id ? grant : g)];

    private static GrantNotice Notice(CaregiverGrant grant, string to, MessageKind kind, DateTimeOffset? when) =>
        new() { Id = $"{grant.Id}/{kind}/{to}", To = to, Kind = kind, When = when };

    private static RelationshipsState Changed(
        RelationshipsState state, IReadOnlyList<CaregiverGrant> grants, AuditEntry entry, params GrantNotice[] notices) =>
        (state with { Grants = grants, Notices = [.. state.Notices, .. notices], Version = state.Version + 1 }).Noting(entry);
}
