using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Shared;

namespace Portal.Grains.Registration;

/// <summary>What a registration is in the middle of. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.RegistrationWork")]
public enum RegistrationWork
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The button of the link was pressed: the patient is being made, unless somebody like that is on file.</summary>
    Confirm = 1,

    /// <summary>Staff make a patient of it.</summary>
    Admit = 2,

    /// <summary>Staff invite a patient who is on file.</summary>
    Attach = 3,
}

/// <summary>What is stored of a registration. The token is not: its hash is the grain's key.</summary>
[GenerateSerializer, Alias("portal.RegistrationState")]
public sealed record RegistrationState : IUntold<RegistrationState>
{
    /// <summary>How it stands, as far as is stored.</summary>
    [Id(0)] public RegistrationStage Stage { get; init; }

    /// <summary>What was typed, the email canonical; empty once it is forgotten.</summary>
    [Id(1)] public RegisterPatient Details { get; init; } = new();

    /// <summary>The address as keys have it, <c>{kind}.{keyed hash}</c>.</summary>
    [Id(2)] public string Subject { get; init; } = "";

    /// <summary>When the form was sent, to the millisecond.</summary>
    [Id(3)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on the link does not work.</summary>
    [Id(4)] public DateTimeOffset Deadline { get; init; }

    /// <summary>The operation that pressed the button; null: nobody did.</summary>
    [Id(5)] public string? Operation { get; init; }

    /// <summary>When it did, which proved the address; null: nobody did.</summary>
    [Id(6)] public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>What is under way.</summary>
    [Id(7)] public RegistrationWork Work { get; init; }

    /// <summary>The patient that is being or was made, or found; empty: none.</summary>
    [Id(8)] public string Patient { get; init; } = "";

    /// <summary>When it was decided; null: not.</summary>
    [Id(9)] public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The staff member who decided or decides; empty: nobody has to.</summary>
    [Id(10)] public string DecidedBy { get; init; } = "";

    /// <summary>Whether the patient that staff made of it has no access.</summary>
    [Id(11)] public bool WithoutAccess { get; init; }

    /// <summary>What staff wrote to a person who was refused.</summary>
    [Id(12)] public string Note { get; init; } = "";

    /// <summary>Rises with each write; the table says which version it has.</summary>
    [Id(13)] public long Version { get; init; }

    /// <inheritdoc />
    [Id(14)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public RegistrationState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>What is stored of the registrations of one address.</summary>
[GenerateSerializer, Alias("portal.RegistrationDeskState")]
public sealed record RegistrationDeskState
{
    /// <summary>The registration that counts; empty: none.</summary>
    [Id(0)] public string Current { get; init; } = "";

    /// <summary>When there were any within a day, in rising order.</summary>
    [Id(1)] public DateTimeOffset[] TakenAt { get; init; } = [];
}
