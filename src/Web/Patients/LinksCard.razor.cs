using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.PatientLinks;

namespace Portal.Web.Patients;

/// <summary>The links of a patient: made, shown once with their QR code, revoked.</summary>
public sealed partial class LinksCard
{
    [Inject] private PortalAddress Address { get; set; } = null!;

    /// <summary>The patient's access.</summary>
    [Parameter, EditorRequired] public OnlineAccessView View { get; set; } = new();

    [SupplyParameterFromForm(Name = "purpose", FormName = "link")] private string? Purpose { get; set; }

    [SupplyParameterFromForm(Name = "days", FormName = "link")] private string? Days { get; set; }

    [SupplyParameterFromForm(Name = "delivery", FormName = "link")] private string? Delivery { get; set; }

    [SupplyParameterFromForm(Name = "once", FormName = "link")] private string? Once { get; set; }

    private IReadOnlyList<LinkRow> Rows { get; set; } = [];

    /// <summary>The address of the link that was just made; shown in this answer only.</summary>
    private string? Made { get; set; }

    private IReadOnlyDictionary<string, string> Staff { get; set; } = new Dictionary<string, string>();

    private IPatientLinkListGrain List => Grain<IPatientLinkListGrain>(View.Patient.Id);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Rows = await List.List();
        if (Rows.Count == 0) return;
        var roster = await Grains.GetGrain<IOrganisationGrain>(Session.Slug).Roster();
        Staff = roster.ToDictionary(r => r.Staff, r => r.Name);
    }

    private async Task MakeAsync()
    {
        if (!int.TryParse(Days, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > 90)
        {
            Errors.Add("days", "Enter a number of days from 1 to 90");
            return;
        }

        // By their names: numbers and lists of names would be read too.
        var offered = Enum.TryParse<LinkPurpose>(Purpose, out var purpose) && LinkWording.Offered(Session.Organisation).Contains(purpose);
        if (!offered || purpose.ToString() != Purpose)
            Errors.Add("purpose", "Choose where the link leads to");
        if (!Enum.TryParse<LinkDelivery>(Delivery, out var delivery) || !Enum.IsDefined(delivery) || delivery.ToString() != Delivery)
            Errors.Add("delivery", "Choose how to hand it over");
        if (Errors.Any) return;
        var token = Tokens.New();
        var outcome = await Grains.GetGrain<IPatientLinkGrain>(GrainKeys.ForPatientLink(Session.Slug, Tokens.Hash(token))).Create(
            new CreateLink
            {
                Patient = View.Patient.Id,
                Purpose = purpose,
                Lifetime = TimeSpan.FromDays(days),
                SingleUse = Once == "true",
                Delivery = delivery,
                Token = token,
            });
        if (outcome == CreateLinkOutcome.Created)
        {
            Made = Address.Of(Session.Slug, $"link/{token}");
            Rows = await List.List();
        }
        else
        {
            Errors.Add("delivery", Refusal(outcome));
        }
    }

    private async Task RevokeAsync(string id)
    {
        await List.Revoke(id);
        Done(View.Patient.Id, "link-revoked");
    }

    private string MadeBy(LinkRow row) => Staff.TryGetValue(row.CreatedBy, out var name) ? $" by {name}" : "";

    private string Refusal(CreateLinkOutcome outcome) => outcome switch
    {
        CreateLinkOutcome.NoAddress => "There is no address or mobile number on file to send it to: copy it or show the QR code",
        CreateLinkOutcome.NoAccess => $"The {Labels.Patient} has no access: give access first",
        CreateLinkOutcome.NoCredential => $"The {Labels.Patient} has nothing to sign in with: set a credential first",
        CreateLinkOutcome.PortalDisabled => "The portal is switched off in the settings",
        _ => "The link could not be made. Load the page again and try once more",
    };
}
