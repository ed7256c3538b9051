using Orleans;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>
/// What to look for. Everything that is given must be so. The default is every patient that counts: test patients are left out unless they
/// are asked for, and those that were merged into another are never found.
/// </summary>
[GenerateSerializer, Alias("portal.PatientQuery"), Immutable]
public sealed record PatientQuery
{
    /// <summary>The most rows a page has.</summary>
    public const int MaxPageSize = 100;

    /// <summary>The most ids that one call gives. Ours.</summary>
    public const int MaxIds = 1_000;

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

    /// <summary>Only patients whose last invitation stands so; null: all.</summary>
    [Id(4)] public PatientInvitation? Invitation { get; init; }

    /// <summary>Only patients whose portal credentials are so far proved; null: all.</summary>
    [Id(5)] public PatientCredential? Credential { get; init; }

    /// <summary>Only patients for whom this practitioner (an id of the roster) may be booked online; empty: all.</summary>
    [Id(6)] public string Practitioner { get; init; } = "";

    /// <summary>Only patients with this tag; empty: all.</summary>
    [Id(7)] public string Tag { get; init; } = "";

    /// <summary>Whether test patients are among them. Default: not.</summary>
    [Id(8)] public TestPatients Test { get; init; }

    /// <summary>Only patients whose next appointment is so; null: all.</summary>
    [Id(9)] public NextAppointment? NextAppointment { get; init; }

    /// <summary>In which order. Default: family name, then given name.</summary>
    [Id(10)] public PatientOrder Order { get; init; }

    /// <summary>The other way round.</summary>
    [Id(11)] public bool Descending { get; init; }

    /// <summary>Only patients who have any portal credential.</summary>
    [Id(16)] public bool WithCredential { get; init; }
}

/// <summary>How a patient's last invitation stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.PatientInvitation")]
public enum PatientInvitation
{
    /// <summary>Never invited.</summary>
    Never = 0,

    /// <summary>Sent, and it works.</summary>
    Pending = 1,

    /// <summary>Accepted.</summary>
    Accepted = 2,

    /// <summary>Its time ran out.</summary>
    Expired = 3,

    /// <summary>Taken back, or dead since the patient was blocked or a credential changed.</summary>
    Revoked = 4,
}

/// <summary>How far a patient's portal credentials are proved. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.PatientCredential")]
public enum PatientCredential
{
    /// <summary>None is set.</summary>
    None = 0,

    /// <summary>Set, and no code has proved any.</summary>
    Unverified = 1,

    /// <summary>A code has proved at least one.</summary>
    Verified = 2,
}

/// <summary>Whether test patients are found.</summary>
[GenerateSerializer, Alias("portal.TestPatients")]
public enum TestPatients
{
    /// <summary>No.</summary>
    LeftOut,

    /// <summary>Among the others.</summary>
    Included,

    /// <summary>Nobody else.</summary>
    Only,
}

/// <summary>When a patient's next appointment is.</summary>
[GenerateSerializer, Alias("portal.NextAppointment")]
public enum NextAppointment
{
    /// <summary>None is planned.</summary>
    NonePlanned,

    /// <summary>Within 7 days.</summary>
    WithinSevenDays,

    /// <summary>Within 30 days.</summary>
    WithinThirtyDays,

    /// <summary>At any time from now on.</summary>
    Planned,
}

/// <summary>By what patients are listed.</summary>
[GenerateSerializer, Alias("portal.PatientOrder")]
public enum PatientOrder
{
    /// <summary>Family name, then given name.</summary>
    Name,

    /// <summary>Date of birth, then name.</summary>
    BirthDate,

    /// <summary>Last sign-in; those who never signed in are the earliest.</summary>
    LastSignIn,
}
