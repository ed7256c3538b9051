using Orleans;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>What a caregiver may see and do for a patient. Flags combine; the numbers are stored: never change one.</summary>
[Flags, GenerateSerializer, Alias("portal.CaregiverScopes")]
public enum CaregiverScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Appointments: see, book, change.</summary>
    Appointments = 1,

    /// <summary>Invoices and payments.</summary>
    Billing = 2,

    /// <summary>Messages to and from the clinic.</summary>
    Messages = 4,

    /// <summary>Clinical records, documents and questionnaires; records after a fresh factor of the caregiver's own.</summary>
    Records = 8,

    /// <summary>All of it.</summary>
    All = Appointments | Billing | Messages | Records,
}
