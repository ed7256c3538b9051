using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Web.Shared;

namespace Portal.Web.Patients;

/// <summary>Access in the words of staff pages.</summary>
public static class PatientWording
{
    /// <summary>The state in words.</summary>
    public static string Name(AccessState state) => state switch
    {
        AccessState.CanAccess => "Can access",
        AccessState.Blocked => "Blocked",
        _ => "No access",
    };

    /// <summary>The state in addresses; empty for null.</summary>
    public static string Value(AccessState? state) => state switch
    {
        AccessState.CanAccess => "can_access",
        AccessState.Blocked => "blocked",
        AccessState.NoAccess => "no_access",
        _ => "",
    };

    /// <summary>The state that an address names; null for anything else.</summary>
    public static AccessState? State(string? value) => value switch
    {
        "can_access" => AccessState.CanAccess,
        "blocked" => AccessState.Blocked,
        "no_access" => AccessState.NoAccess,
        _ => null,
    };

    /// <summary>What the state means.</summary>
    public static Tone Tone(AccessState state) => state switch
    {
        AccessState.CanAccess => Shared.Tone.Success,
        AccessState.Blocked => Shared.Tone.Danger,
        _ => Shared.Tone.Neutral,
    };

    /// <summary>What is missing before access can be given, in the middle of a sentence.</summary>
    public static string Missing(IReadOnlyList<AccessCondition> missing) =>
        string.Join(" and ", missing.Select(m => m == AccessCondition.Email ? "a contact email" : "a home postal code"));

    /// <summary>What the record says after something was done; null for anything else.</summary>
    public static string? Done(string done, Labels labels) => done switch
    {
        "added" => $"The {labels.Patient} is on file. Online access is on the next tab.",
        "merged" => "Merged: the other record leads here now.",
        "merged-into" => "The record that you asked for was merged into this one.",
        "saved" => "The details are saved.",
        _ => null,
    };

    /// <summary>Why somebody may be the same person, as a sentence.</summary>
    public static string Reasons(IReadOnlyList<DuplicateReason> reasons) => "Same " + string.Join(", ", reasons.Select(r => r switch
    {
        DuplicateReason.NameAndBirthDate => "date of birth and a similar name",
        DuplicateReason.Email => "email",
        _ => "telephone number",
    }));

    /// <summary>How far a patient's way in has come, in two or three words; empty where there is nothing to say.</summary>
    public static string WayIn(PatientRow row) => (row.Credential, row.Invitation) switch
    {
        (PatientCredential.Verified, _) => "Verified",
        (_, PatientInvitation.Pending) => "Invited",
        (_, PatientInvitation.Expired) => "Invitation expired",
        (PatientCredential.Unverified, _) => "Unverified",
        _ => "",
    };
}
