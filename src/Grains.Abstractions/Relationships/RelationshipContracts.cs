using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Relationships;

/// <summary>The bounds of relationships.</summary>
public static class RelationshipLimits
{
    /// <summary>The most grants in force for one patient. Ours: two parents, four grandparents, and those who help them.</summary>
    public const int InForce = 20;

    /// <summary>The most grants of one patient or person that are kept and shown. Ours.</summary>
    public const int Kept = 100;

    /// <summary>How long before it ends a parent's access both are told that it will, in days. Ours.</summary>
    public const int NoticeDays = 30;

    /// <summary>The longest a grant may be given for, from today, in years. Ours: longer has no end date at all.</summary>
    public const int LongestYears = 30;
}

/// <summary>Why a grant ended. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.GrantEnd")]
public enum GrantEnd
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>Staff ended it.</summary>
    Revoked = 1,

    /// <summary>The patient ended it.</summary>
    EndedByPatient = 2,

    /// <summary>Its last day is over.</summary>
    Expired = 3,

    /// <summary>The patient came of age.</summary>
    CameOfAge = 4,

    /// <summary>The record was merged with another, for which the caregiver had no such grant.</summary>
    Merged = 5,
}

/// <summary>A grant as the patient and staff see it.</summary>
[GenerateSerializer, Alias("portal.GrantView"), Immutable]
public sealed record GrantView
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>The caregiver's id.</summary>
    [Id(1)] public string Person { get; init; } = "";

    /// <summary>The caregiver's name.</summary>
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>What they may do.</summary>
    [Id(3)] public CaregiverScopes Scopes { get; init; }

    /// <summary>The last day; null: no end.</summary>
    [Id(4)] public DateOnly? Until { get; init; }

    /// <summary>Whether it is a parent's, which ends when the patient comes of age.</summary>
    [Id(5)] public bool Parental { get; init; }

    /// <summary>When the patient comes of age, where that ends it.</summary>
    [Id(6)] public DateOnly? ComesOfAge { get; init; }

    /// <summary>Name of the staff member who gave it; empty where nobody is known.</summary>
    [Id(7)] public string GivenBy { get; init; } = "";

    /// <summary>When.</summary>
    [Id(8)] public DateTimeOffset GivenAt { get; init; }

    /// <summary>When it ended; null while it is in force.</summary>
    [Id(9)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why.</summary>
    [Id(10)] public GrantEnd Reason { get; init; }

    /// <summary>Whether the caregiver has signed in here before.</summary>
    [Id(11)] public bool HasSignedIn { get; init; }
}

/// <summary>Whom somebody may act for at this moment, and how far.</summary>
[GenerateSerializer, Alias("portal.ActingGrant"), Immutable]
public sealed record ActingGrant
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>The patient's name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>What may be done.</summary>
    [Id(2)] public CaregiverScopes Scopes { get; init; }

    /// <summary>When it ends by itself; null: it does not.</summary>
    [Id(3)] public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>Lets somebody act for a patient.</summary>
[GenerateSerializer, Alias("portal.GiveGrant"), Immutable]
public sealed record GiveGrant
{
    /// <summary>The person, where they are on file; empty: who signs in with <see cref="Email"/>, or somebody new.</summary>
    [Id(0)] public string Person { get; init; } = "";

    /// <summary>Email that the caregiver signs in with, and has proved to be theirs, or will.</summary>
    [Id(1)] public string Email { get; init; } = "";

    /// <summary>Given name; of who signs in with the email the one on file.</summary>
    [Id(2)] public string GivenName { get; init; } = "";

    /// <summary>Family name, likewise.</summary>
    [Id(3)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth, likewise; the invitation asks somebody new for it.</summary>
    [Id(4)] public DateOnly? BirthDate { get; init; }

    /// <summary>What they may do; at least one.</summary>
    [Id(5)] public CaregiverScopes Scopes { get; init; }

    /// <summary>The last day; null: no end.</summary>
    [Id(6)] public DateOnly? Until { get; init; }

    /// <summary>Whether it is a parent's, which ends when the patient comes of age.</summary>
    [Id(7)] public bool Parental { get; init; }

    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(8)] public string Operation { get; init; } = "";

    /// <summary>The staff member ticked that the patient, or who decides for them, agrees; without it nothing is given.</summary>
    [Id(9)] public bool ConfirmedWithPatient { get; init; }
}

/// <summary>What came of letting somebody act for a patient.</summary>
[GenerateSerializer, Alias("portal.GiveGrantOutcome")]
public abstract record GiveGrantOutcome
{
    private GiveGrantOutcome() { }

    /// <summary>Given, now or by the same operation before.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Given"), Immutable]
    public sealed record Given : GiveGrantOutcome
    {
        /// <summary>The caregiver.</summary>
        [Id(0)] public string Person { get; init; } = "";

        /// <summary>They have nothing to sign in with yet: an invitation is to be sent.</summary>
        [Id(1)] public bool NeedsInvitation { get; init; }
    }

    /// <summary>Something that was typed can't be used.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Invalid"), Immutable]
    public sealed record Invalid : GiveGrantOutcome
    {
        /// <summary>The property of <see cref="GiveGrant"/>.</summary>
        [Id(0)] public string Property { get; init; } = "";
    }

    /// <summary>This person has a grant in force for this patient: change it instead.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Already"), Immutable]
    public sealed record Already : GiveGrantOutcome;

    /// <summary>Nobody acts for themselves.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Self"), Immutable]
    public sealed record Self : GiveGrantOutcome;

    /// <summary>
    /// Whoever signs in with this email has another name or birth date than was typed: the address may be mistyped, or shared.
    /// </summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.SomebodyElse"), Immutable]
    public sealed record SomebodyElse : GiveGrantOutcome;

    /// <summary>They have not shown yet that this email is theirs: they sign in with it once, then it is given.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Unproved"), Immutable]
    public sealed record Unproved : GiveGrantOutcome;

    /// <summary>The patient is of age already: a parent's access would end at once.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.OfAge"), Immutable]
    public sealed record OfAge : GiveGrantOutcome;

    /// <summary>So many grants are in force already.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.TooMany"), Immutable]
    public sealed record TooMany : GiveGrantOutcome;

    /// <summary>Staff did not confirm it.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.NotConfirmed"), Immutable]
    public sealed record NotConfirmed : GiveGrantOutcome;

    /// <summary>No such patient.</summary>
    [GenerateSerializer, Alias("portal.GiveGrantOutcome.Unknown"), Immutable]
    public sealed record Unknown : GiveGrantOutcome;
}

/// <summary>Changes a grant in force.</summary>
[GenerateSerializer, Alias("portal.ChangeGrant"), Immutable]
public sealed record ChangeGrant
{
    /// <summary>The grant.</summary>
    [Id(0)] public string Grant { get; init; } = "";

    /// <summary>What they may do; at least one.</summary>
    [Id(1)] public CaregiverScopes Scopes { get; init; }

    /// <summary>The last day; null: no end.</summary>
    [Id(2)] public DateOnly? Until { get; init; }
}

/// <summary>What came of changing a grant.</summary>
[GenerateSerializer, Alias("portal.ChangeGrantOutcome")]
public enum ChangeGrantOutcome
{
    /// <summary>In force as it was asked for.</summary>
    Changed,

    /// <summary>There is no such grant in force.</summary>
    Unknown,

    /// <summary>No scope was chosen.</summary>
    NoScope,

    /// <summary>The last day is over, or too far away.</summary>
    BadDay,
}

/// <summary>A grant that was in force for a patient who was merged into another.</summary>
[GenerateSerializer, Alias("portal.MergedGrant"), Immutable]
public sealed record MergedGrant
{
    /// <summary>The caregiver.</summary>
    [Id(0)] public string Person { get; init; } = "";

    /// <summary>What they might do.</summary>
    [Id(1)] public CaregiverScopes Scopes { get; init; }

    /// <summary>The last day; null: no end.</summary>
    [Id(2)] public DateOnly? Until { get; init; }

    /// <summary>Whether it was a parent's, which ends when the patient comes of age.</summary>
    [Id(3)] public bool Parental { get; init; }
}
