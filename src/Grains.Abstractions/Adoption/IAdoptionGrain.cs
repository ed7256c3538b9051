using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Adoption;

/// <summary>
/// How the portal of one organisation is taken up. A stateless worker over lists; test patients and merged ones are not counted. Key:
/// <c>{org}</c>.
/// </summary>
[Alias("portal.IAdoptionGrain"), Repeatable]
public interface IAdoptionGrain : IGrainWithStringKey
{
    /// <summary>The picture as it is now.</summary>
    [Alias("Picture"), Door(Callers.AnyStaff)]
    Task<AdoptionPicture> Picture();
}

/// <summary>How many patients were invited, came, and stay.</summary>
[GenerateSerializer, Alias("portal.AdoptionPicture"), Immutable]
public sealed record AdoptionPicture
{
    /// <summary>How many months are shown, the present one included. Ours: a year and the same month of the year before.</summary>
    public const int MonthsShown = 13;

    /// <summary>How far back "active", refusals and lost messages reach.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>Patients on file.</summary>
    [Id(0)] public int Patients { get; init; }

    /// <summary>Of these, who may use the portal.</summary>
    [Id(1)] public int WithAccess { get; init; }

    /// <summary>Of these, who have signed in at least once.</summary>
    [Id(2)] public int Activated { get; init; }

    /// <summary>Of these, who signed in within <see cref="Recent"/>.</summary>
    [Id(3)] public int Active { get; init; }

    /// <summary>Patients whose invitation waits to be accepted.</summary>
    [Id(4)] public int Invited { get; init; }

    /// <summary>Month by month, oldest first; months are of UTC.</summary>
    [Id(5)] public IReadOnlyList<AdoptionMonth> Months { get; init; } = [];

    /// <summary>Ways in that failed within <see cref="Recent"/>, by reason, most frequent first.</summary>
    [Id(6)] public IReadOnlyList<FailedSignIns> Failed { get; init; } = [];

    /// <summary>Messages queued within <see cref="Recent"/> that bounced or were given up.</summary>
    [Id(7)] public int Undelivered { get; init; }
}

/// <summary>One month.</summary>
[GenerateSerializer, Alias("portal.AdoptionMonth"), Immutable]
public sealed record AdoptionMonth
{
    /// <summary>Its first day.</summary>
    [Id(0)] public DateOnly Month { get; init; }

    /// <summary>Patients who were sent an invitation.</summary>
    [Id(1)] public int Invited { get; init; }

    /// <summary>Patients who signed in for the first time.</summary>
    [Id(2)] public int Activated { get; init; }

    /// <summary>Patients who signed in.</summary>
    [Id(3)] public int Active { get; init; }
}

/// <summary>How often a way in failed for one reason.</summary>
[GenerateSerializer, Alias("portal.FailedSignIns"), Immutable]
public sealed record FailedSignIns
{
    /// <summary>What failed, as the audit log names it, such as <c>code.refused</c>.</summary>
    [Id(0)] public string Action { get; init; } = "";

    /// <summary>Why, as the audit log names it.</summary>
    [Id(1)] public string Reason { get; init; } = "";

    /// <summary>How often.</summary>
    [Id(2)] public int Count { get; init; }
}
