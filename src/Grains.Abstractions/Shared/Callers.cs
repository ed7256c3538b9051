namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// Who may call a grain method, as declared by its <see cref="DoorAttribute"/>. Flags combine: any one that fits opens the door.
/// </summary>
[Flags]
public enum Callers
{
    /// <summary>Nobody. Never declared; the value of a door that was forgotten, which a test refuses.</summary>
    None = 0,

    /// <summary>Anyone at the organisation's address, signed in or not. What the method needs to know it is told by a secret: a token, a
    /// code, a password.</summary>
    Visitor = 1,

    /// <summary>The signed-in patient whose id is the second segment of the grain's key.</summary>
    PatientSelf = 2,

    /// <summary>As <see cref="PatientSelf"/>, and the session is elevated for clinical records at this moment.</summary>
    PatientElevated = 4,

    /// <summary>Staff with the role <c>front_desk</c>.</summary>
    FrontDesk = 8,

    /// <summary>Staff with the role <c>practitioner</c>.</summary>
    Practitioner = 16,

    /// <summary>Staff with the role <c>admin_assistant</c>.</summary>
    AdminAssistant = 32,

    /// <summary>Staff with the role <c>admin</c>.</summary>
    Admin = 64,

    /// <summary>The host itself, acting in one organisation: first start, import, maintenance. Never set from a request.</summary>
    Operator = 128,

    /// <summary>Another grain, which has checked its own caller.</summary>
    Grain = 256,

    /// <summary>Whoever acts for the patient whose id is the second segment of the grain's key, whatever their scopes.</summary>
    CaregiverAny = 1 << 9,

    /// <summary>The same, with <see cref="CaregiverScopes.Appointments"/>.</summary>
    CaregiverAppointments = 1 << 10,

    /// <summary>The same, with <see cref="CaregiverScopes.Billing"/>.</summary>
    CaregiverBilling = 1 << 11,

    /// <summary>The same, with <see cref="CaregiverScopes.Messages"/>.</summary>
    CaregiverMessages = 1 << 12,

    /// <summary>The same, with <see cref="CaregiverScopes.Records"/>, and the session is elevated at this moment by the caregiver's own
    /// factor.</summary>
    CaregiverRecords = 1 << 13,

    /// <summary>Every caregiver's flag.</summary>
    AnyCaregiver = CaregiverAny | CaregiverAppointments | CaregiverBilling | CaregiverMessages | CaregiverRecords,

    /// <summary>
    /// A clinic tablet that was handed to the patient whose id is the second segment of the grain's key, or whose session it is. It passes
    /// no door that does not name it, not even those of visitors.
    /// </summary>
    Kiosk = 1 << 14,

    /// <summary>Staff who administer access: front desk, assistants and administrators.</summary>
    AccessStaff = FrontDesk | AdminAssistant | Admin,

    /// <summary>Every member of staff.</summary>
    AnyStaff = AccessStaff | Practitioner,
}
