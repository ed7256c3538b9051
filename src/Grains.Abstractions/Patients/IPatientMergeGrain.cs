using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>
/// One merge of two patients: plan, freeze both in order of id, then one leaves everything (no return after this), what caregivers might
/// do is cut to what they might do for both, the other takes in what was left, claims and items are moved by their names, and a tombstone
/// is left that says where who went. Whatever is cut off is finished by the same operation or by the reminder. Key:
/// <c>{org}/{operation}</c>. Calls patients, credentials, relationships, appointments and records; nobody calls it.
/// </summary>
[Alias("portal.IPatientMergeGrain"), Repeatable]
public interface IPatientMergeGrain : IGrainWithStringKey
{
    /// <summary>Merges. The same operation again goes on with what it began, whatever it is given then.</summary>
    [Alias("Merge"), Door(Callers.AdminAssistant | Callers.Admin)]
    Task<MergeOutcome> Merge(MergePatients command);
}
