using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Audit;

/// <summary>
/// "Who looked at my data": what the audit log has about one patient, as that patient may read it. A stateless worker. Key:
/// <c>{org}/{patient}</c>.
/// </summary>
[Alias("portal.IAccessLogGrain"), Repeatable]
public interface IAccessLogGrain : IGrainWithStringKey
{
    /// <summary>A page of rows, newest first.</summary>
    /// <param name="others">Only what others did, without what was tried at the sign-in page.</param>
    /// <param name="before">What <see cref="AccessLogPage.Next"/> of the page before said; null: from the newest.</param>
    [Alias("Page"), Door(Callers.PatientSelf)]
    Task<AccessLogPage> Page(bool others, long? before);
}

/// <summary>A page of the access log.</summary>
[GenerateSerializer, Alias("portal.AccessLogPage"), Immutable]
public sealed record AccessLogPage
{
    /// <summary>Rows a page. Ours.</summary>
    public const int Size = 25;

    /// <summary>The rows, newest first.</summary>
    [Id(0)] public IReadOnlyList<AccessLogRow> Rows { get; init; } = [];

    /// <summary>Where the next page begins; null where there is none.</summary>
    [Id(1)] public long? Next { get; init; }
}

/// <summary>Who did something that is in the access log.</summary>
[GenerateSerializer, Alias("portal.AccessLogActor")]
public enum AccessLogActor
{
    /// <summary>The patient.</summary>
    You,

    /// <summary>Somebody who acts for the patient.</summary>
    Caregiver,

    /// <summary>A member of staff.</summary>
    Staff,

    /// <summary>The portal by itself, or whoever runs it.</summary>
    Portal,

    /// <summary>Somebody who was not signed in.</summary>
    Visitor,
}

/// <summary>One thing that was done with a patient's data.</summary>
[GenerateSerializer, Alias("portal.AccessLogRow"), Immutable]
public sealed record AccessLogRow
{
    /// <summary>When.</summary>
    [Id(0)] public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    [Id(1)] public AccessLogActor By { get; init; }

    /// <summary>The name of a staff member as colleagues and patients know it; empty for others, and for staff who have left.</summary>
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>The role of a staff member; null for others.</summary>
    [Id(3)] public StaffRole? Role { get; init; }

    /// <summary>What was done, as the audit log names it.</summary>
    [Id(4)] public string Action { get; init; } = "";

    /// <summary>How it came out.</summary>
    [Id(5)] public AuditOutcome Outcome { get; init; }
}
