using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Searches the patients of one organisation. A stateless worker over the directory table. Key: <c>{org}</c>.</summary>
[Alias("portal.IPatientDirectoryGrain"), Repeatable]
public interface IPatientDirectoryGrain : IGrainWithStringKey
{
    /// <summary>One page of the patients that match.</summary>
    [Alias("Search"), Door(Callers.AnyStaff | Callers.Operator)]
    Task<PatientPage> Search(PatientQuery query);

    /// <summary>Exactly how many match, whatever is asked; slower than a page for a text that many match.</summary>
    [Alias("Count"), Door(Callers.AnyStaff | Callers.Operator | Callers.Grain)]
    Task<int> Count(PatientQuery query);

    /// <summary>
    /// The ids of all that match, in order of id, for work on all of them: the next at most <paramref name="limit"/> (1 to <see
    /// cref="PatientQuery.MaxIds"/>) after <paramref name="after"/>, which is empty at first. Empty: no more. Order and page of the query
    /// do not count.
    /// </summary>
    [Alias("Ids"), Door(Callers.AccessStaff | Callers.Operator | Callers.Grain)]
    Task<IReadOnlyList<string>> Ids(PatientQuery query, string after, int limit);

    /// <summary>Who might be the same person as one that is described; at most <see cref="PossibleDuplicate.Most"/>.</summary>
    [Alias("Duplicates"), Door(Callers.AccessStaff | Callers.Operator | Callers.Grain)]
    Task<IReadOnlyList<PossibleDuplicate>> Duplicates(DuplicateQuery query);

    /// <summary>
    /// Patients of the same birth date and, but for case and accents, the same name, by birth date: a page of groups of two and more, from
    /// page 1 on.
    /// </summary>
    [Alias("SameNames"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<DuplicatePage> SameNames(int page);
}

/// <summary>A page of patients.</summary>
[GenerateSerializer, Alias("portal.PatientPage"), Immutable]
public sealed record PatientPage
{
    /// <summary>
    /// How many matches of a search are counted and can be paged through; who wants more narrows it. Lists without text, tag, practitioner
    /// and appointment have no such limit. Ours.
    /// </summary>
    public const int MaxFound = 1_000;

    /// <summary>The rows.</summary>
    [Id(0)] public IReadOnlyList<PatientRow> Rows { get; init; } = [];

    /// <summary>How many match in all, at most <see cref="MaxFound"/> where the search has that limit.</summary>
    [Id(1)] public int Total { get; init; }

    /// <summary>More than <see cref="MaxFound"/> match.</summary>
    [Id(2)] public bool More { get; init; }
}

/// <summary>A patient in a list.</summary>
[GenerateSerializer, Alias("portal.PatientRow"), Immutable]
public sealed record PatientRow
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Given name.</summary>
    [Id(1)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(2)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    [Id(3)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact email.</summary>
    [Id(4)] public string Email { get; init; } = "";

    /// <summary>Contact mobile or telephone.</summary>
    [Id(5)] public string Phone { get; init; } = "";

    /// <summary>Access state.</summary>
    [Id(6)] public AccessState Access { get; init; }

    /// <summary>Last sign-in; null where there was none.</summary>
    [Id(7)] public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>Whether any portal credential is set.</summary>
    [Id(8)] public bool HasCredential { get; init; }

    /// <summary>How far the portal credentials are proved.</summary>
    [Id(9)] public PatientCredential Credential { get; init; }

    /// <summary>How the last invitation stands.</summary>
    [Id(10)] public PatientInvitation Invitation { get; init; }

    /// <summary>Until when the last invitation works or worked; null where there was none.</summary>
    [Id(11)] public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>Whether it is a test patient, kept out of counts and of work on many.</summary>
    [Id(12)] public bool Test { get; init; }

    /// <summary>Whether the patient was merged into another; never listed.</summary>
    [Id(13)] public bool Merged { get; init; }

    /// <summary>The tags, in order.</summary>
    [Id(14)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The next appointment; null where none is planned.</summary>
    [Id(15)] public DateTimeOffset? NextAppointment { get; init; }
}
