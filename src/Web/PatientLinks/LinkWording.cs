using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;

namespace Portal.Web.PatientLinks;

/// <summary>What links are called, and where they lead.</summary>
public static class LinkWording
{
    /// <summary>The purposes that lead to a page of their own which the organisation shows; staff are offered these.</summary>
    public static IReadOnlyList<LinkPurpose> Offered(OrganisationView organisation) =>
        organisation.Settings.Sections.Contains(PortalSection.Appointments)
            ? [LinkPurpose.Portal, LinkPurpose.Book, LinkPurpose.Questionnaire]
            : [LinkPurpose.Portal, LinkPurpose.Questionnaire];

    /// <summary>The page's heading for the patient.</summary>
    public static string Heading(LinkPurpose purpose, Labels labels) => purpose switch
    {
        LinkPurpose.Book => $"Book {LabelWords.A(labels.Appointment)}",
        LinkPurpose.Questionnaire => "Fill in a questionnaire",
        LinkPurpose.Document => "Read a document",
        LinkPurpose.Pay => "Pay an invoice",
        _ => "Open your portal",
    };

    /// <summary>The purpose for staff.</summary>
    public static string Name(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Book => "Booking",
        LinkPurpose.Questionnaire => "Questionnaire",
        LinkPurpose.Document => "Document",
        LinkPurpose.Pay => "Payment",
        _ => "Portal",
    };

    /// <summary>The page to land on once signed in, without a leading slash: the home page for purposes that have none of their own
    /// yet.</summary>
    public static string LandsAt(LinkPurpose purpose, OrganisationView organisation) => purpose switch
    {
        LinkPurpose.Book when organisation.Settings.Sections.Contains(PortalSection.Appointments) => "appointments",
        LinkPurpose.Questionnaire => "questionnaires",
        _ => "",
    };
}
