using Portal.Grains.Adoption;
using Portal.Grains.Appointments;
using Portal.Grains.Audit;
using Portal.Grains.Credentials;
using Portal.Grains.Invitations;
using Portal.Grains.Kiosk;
using Portal.Grains.Messages;
using Portal.Grains.Onboarding;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Organisations;
using Portal.Grains.PatientLinks;
using Portal.Grains.Patients;
using Portal.Grains.Registration;
using Portal.Grains.Relationships;
using Portal.Grains.Sessions;
using Portal.Storage;

namespace Portal.Grains.Shared;

/// <summary>The tables of all features.</summary>
public static class PortalMigrations
{
    private static readonly (string Component, IReadOnlyList<Migration> Migrations)[] Features =
    [
        ("appointments", AppointmentTable.Migrations),
        ("audit", AuditTable.Migrations),
        ("codes", OneTimeCodeTable.Migrations),
        ("credentialrequests", CredentialRequestTable.Migrations),
        ("credentials", CredentialClaimTable.Migrations),
        ("intake", PatientIntakeTable.Migrations),
        ("invitations", InvitationTable.Migrations),
        ("kiosk", IntakeTable.Migrations),
        ("messages", MessagesMigrations.All),
        ("onboarding", BatchTable.Migrations),
        ("organisations", LogoTable.Migrations),
        ("passwords", [.. PasswordResetTable.Migrations, .. PatientPasswordTable.Migrations]),
        ("patientlinks", PatientLinkTable.Migrations),
        ("patients", PatientDirectoryTable.Migrations),
        ("registrations", RegistrationTable.Migrations),
        ("relationships", CaregiverGrantTable.Migrations),
        ("sessions", SessionTable.Migrations),
        // After the patients, of whom it begins with what is known.
        ("adoption", AdoptionTable.Migrations),
    ];

    /// <summary>All features, in the order their migrations run.</summary>
    public static IReadOnlyList<SchemaComponent> Components { get; } =
        [.. Features.Select(feature => new SchemaComponent(feature.Component, feature.Migrations))];

    /// <summary>Brings the tables of all features up to date. Safe to run again, and in several processes at once.</summary>
    public static Task RunAsync(Database database, CancellationToken ct = default) => database.MigrateAllAsync(Components, ct);
}
