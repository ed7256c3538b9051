using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Grains.Messages;

/// <summary>An organisation's settings as its messages need them.</summary>
public static class OrganisationBranding
{
    /// <summary>In whose name and words a message is written; nobody's where there is no such organisation.</summary>
    public static MessageBranding Of(OrganisationView? organisation) => organisation is null ? new MessageBranding() : new MessageBranding
    {
        OrganisationName = organisation.Name,
        PortalName = organisation.Settings.PortalName,
        AccentColour = organisation.Settings.AccentColour,
        ContactLine = ContactLine(organisation.Settings.Contact),
        PatientSingular = organisation.Settings.Labels.Patient,
        PatientPlural = organisation.Settings.Labels.Patients,
        AppointmentSingular = organisation.Settings.Labels.Appointment,
        AppointmentPlural = organisation.Settings.Labels.Appointments,
        TimeZone = organisation.TimeZone,
    };

    private static string ContactLine(ClinicContact contact) => (contact.Phone.Length > 0, contact.Email.Length > 0) switch
    {
        (true, true) => $"Call {contact.Phone} or write to {contact.Email}.",
        (true, false) => $"Call {contact.Phone}.",
        (false, true) => $"Write to {contact.Email}.",
        _ => "",
    };
}
