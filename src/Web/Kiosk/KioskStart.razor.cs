using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Kiosk;

/// <summary>Where staff hand a tablet to a patient.</summary>
public sealed partial class KioskStart
{
    private const int Listed = 10;

    [SupplyParameterFromQuery(Name = "q")] private string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "patient")] private string? Asked { get; set; }

    [SupplyParameterFromForm(Name = "patient", FormName = "start")] private string? Sent { get; set; }

    [SupplyParameterFromForm(Name = "pin", FormName = "start")] private string? Pin { get; set; }

    private PatientView? Chosen { get; set; }

    private IReadOnlyList<PatientRow> Found { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if ((Sent ?? Asked) is { } id && Ids.IsValid(id, "p")) Chosen = await Grain<IPatientGrain>(id).Get();
        if (Chosen is null && Query is { Length: > 0 } text)
        {
            var page = await Grains.GetGrain<IPatientDirectoryGrain>(Org).Search(new PatientQuery { Text = text, PageSize = Listed });
            Found = page.Rows;
        }
    }

    private async Task StartAsync()
    {
        if (Chosen is not { } patient) return;
        var token = Tokens.New();
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(token))).BeginKiosk(
            new BeginKiosk
            {
                Patient = patient.Id,
                Pin = Pin?.Trim() ?? "",
                Device = new ClientDevice { Description = UserAgents.Describe(Http.Request.Headers.UserAgent) },
            });
        switch (outcome)
        {
            case BeginKioskOutcome.Begun:
                KioskBrowser.HandOver(Http, Org, token, Time.GetUtcNow() + KioskLimits.Lifetime);
                Go(At("kiosk"));
                break;
            case BeginKioskOutcome.BadPin:
                Errors.Add("pin", $"Choose {KioskLimits.FewestDigits} to {KioskLimits.MostDigits} digits, not all the same");
                break;
            default:
                Errors.Add("pin", Refusal(outcome));
                break;
        }
    }

    private string Refusal(BeginKioskOutcome outcome) => outcome switch
    {
        BeginKioskOutcome.Blocked => $"The {Labels.Patient} is blocked: no form can be handed over",
        BeginKioskOutcome.PortalDisabled => "The portal is switched off in the settings",
        _ => "The form could not be started. Load the page again and try once more",
    };
}
