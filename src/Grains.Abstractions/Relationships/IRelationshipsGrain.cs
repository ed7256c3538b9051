using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Relationships;

/// <summary>
/// Who may act for one patient: the grants of that patient's caregivers. Key: <c>{org}/{patient}</c>. Each grant is judged at every call by
/// its end, the patient's age and block, and the organisation's settings; nothing that wakes the grain decides anything. Calls patients,
/// credentials, staff and the organisation, never sessions: those ask.
/// </summary>
[Alias("portal.IRelationshipsGrain"), Repeatable]
public interface IRelationshipsGrain : IGrainWithStringKey
{
    /// <summary>The grants in force, then those that ended, newest first; at most <see cref="RelationshipLimits.Kept"/>.</summary>
    [Alias("List"), Door(Callers.PatientSelf | Callers.AnyStaff)]
    Task<IReadOnlyList<GrantView>> List();

    /// <summary>
    /// Lets somebody act for the patient, and tells both. Who has no sign-in here yet is put on file and has to be invited. The same
    /// operation again gives the same outcome.
    /// </summary>
    [Alias("Give"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<GiveGrantOutcome> Give(GiveGrant command);

    /// <summary>Changes scopes and end of a grant in force; what gets narrower closes open pages.</summary>
    [Alias("Change"), Door(Callers.AccessStaff)]
    Task<ChangeGrantOutcome> Change(ChangeGrant command);

    /// <summary>Ends a grant for good, and tells both. False where there is no such grant in force.</summary>
    [Alias("End"), Door(Callers.PatientSelf | Callers.AccessStaff)]
    Task<bool> End(string grant);

    /// <summary>What this person may do for the patient at this moment; null: nothing.</summary>
    [Alias("Find"), Door(Callers.Grain)]
    Task<ActingGrant?> Find(string person);

    /// <summary>
    /// Ends every grant of a patient who was merged into another; those that were in force. The same merge again gives the same.
    /// </summary>
    [Alias("Depart"), Door(Callers.Grain)]
    Task<IReadOnlyList<MergedGrant>> Depart(string merge);

    /// <summary>
    /// Leaves to each caregiver what they might do for both of two patients who become one, and ends the grants of the others. Idempotent.
    /// </summary>
    [Alias("Intersect"), Door(Callers.Grain)]
    Task Intersect(IReadOnlyList<MergedGrant> others);
}

/// <summary>Whom one person may act for. A stateless worker over the table of grants. Key: <c>{org}/{person}</c>.</summary>
[Alias("portal.IActingListGrain"), Repeatable]
public interface IActingListGrain : IGrainWithStringKey
{
    /// <summary>The patients, by name; at most <see cref="RelationshipLimits.Kept"/>.</summary>
    [Alias("Patients"), Door(Callers.PatientSelf | Callers.AnyStaff)]
    Task<IReadOnlyList<ActingGrant>> Patients();
}
