using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Searches the patients of one organisation. A stateless worker over the directory table. Key: <c>{org}</c>.</summary>
[Alias("portal.IPatientDirectoryGrain"), Repeatable]
public interface IPatientDirectoryGrain : IGrainWithStringKey
{
    /// <summary>One page of the patients that match, by family name, then given name.</summary>
    [Alias("Search"), Door(Callers.AnyStaff | Callers.Operator)]
    Task<PatientPage> Search(PatientQuery query);
}

/// <summary>What to look for.</summary>
[GenerateSerializer, Alias("portal.PatientQuery"), Immutable]
public sealed record PatientQuery
{
    /// <summary>The most rows a page has.</summary>
    public const int MaxPageSize = 100;

    /// <summary>
    /// Words that each must begin a part of the name, of a contact or sign-in address, of the birth date (yyyy-mm-dd or dd/mm/yyyy) or of
    /// the id, or be found in the digits of a telephone number. Letter case and accents do not count; numbers count from three digits.
    /// Empty: all. At most 100 characters count.
    /// </summary>
    [Id(0)] public string Text { get; init; } = "";

    /// <summary>Only patients of this access state; null: all.</summary>
    [Id(1)] public AccessState? Access { get; init; }

    /// <summary>Page, from 1.</summary>
    [Id(2)] public int Page { get; init; } = 1;

    /// <summary>Rows a page, 1 to <see cref="MaxPageSize"/>. Default 25.</summary>
    [Id(3)] public int PageSize { get; init; } = 25;
}

/// <summary>A page of patients.</summary>
[GenerateSerializer, Alias("portal.PatientPage"), Immutable]
public sealed record PatientPage
{
    /// <summary>
    /// How many matches of a search are counted and can be paged through; who wants more narrows it. Lists without a text have no such
    /// limit. Ours.
    /// </summary>
    public const int MaxFound = 1_000;

    /// <summary>The rows.</summary>
    [Id(0)] public IReadOnlyList<PatientRow> Rows { get; init; } = [];

    /// <summary>How many match in all, at most <see cref="MaxFound"/> where a text was searched for.</summary>
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
}
