using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Web.Shared;

namespace Portal.Web.Registration;

/// <summary>One registration, beside the patients who might be the same person, and what staff can make of it.</summary>
public sealed partial class RegistrationReview
{
    private static readonly IReadOnlyList<(string Label, Func<PatientView, string> Of)> Compared =
    [
        ("Given name", p => p.GivenName), ("Family name", p => p.FamilyName), ("Date of birth", p => Times.Show(p.BirthDate)),
        ("Email", p => p.Contact.Email), ("Mobile", p => p.Contact.Mobile), ("Street", p => p.Contact.Street),
        ("Town", p => p.Contact.Town), ("Postal code", p => p.Contact.PostalCode),
    ];

    /// <summary>The registration's id, out of the address.</summary>
    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "done")] private string? Done { get; set; }

    [SupplyParameterFromForm(Name = "note", FormName = "refuse")] private string? Note { get; set; }

    private RegistrationComparison? Found { get; set; }

    // Known once it was looked for: the page is drawn before that, too.
    private bool Missing { get; set; }

    private string DecidedBy { get; set; } = "";

    private IRegistrationListGrain List => Grains.GetGrain<IRegistrationListGrain>(Org);

    private bool IsOpen => Found?.Registration.Stage is RegistrationStage.Waiting or RegistrationStage.Held;

    private string Name => Typed.FullName;

    private PatientView Typed => Found!.Registration.Details is var details
        ? new PatientView
        {
            GivenName = details.GivenName,
            FamilyName = details.FamilyName,
            BirthDate = details.BirthDate,
            Contact = details.Contact,
        }
        : new PatientView();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        Missing = Found is null;
    }

    private async Task LoadAsync()
    {
        Found = await List.Get(Id);
        if (Found is not { Registration.DecidedBy: { Length: > 0 } staff }) return;
        var roster = await Grains.GetGrain<IOrganisationGrain>(Org).Roster();
        DecidedBy = roster.FirstOrDefault(r => r.Staff == staff)?.Name ?? "";
    }

    private async Task AttachAsync(string patient) => await TakeAsync(await List.Attach(Id, patient), "attached");

    private async Task AdmitAsync() => await TakeAsync(await List.Admit(Id), "admitted");

    private async Task RefuseAsync() => await TakeAsync(await List.Refuse(Id, Note ?? ""), "refused");

    private async Task TakeAsync(DecisionOutcome outcome, string done)
    {
        switch (outcome)
        {
            case DecisionOutcome.Done:
                Go(At($"staff/registrations/{Id}?done={done}"));
                break;
            case DecisionOutcome.WithoutAccess:
                Go(At($"staff/registrations/{Id}?done={done}-off"));
                break;
            default:
                Errors.Add("", RegistrationWording.Refusal(outcome));
                await LoadAsync();
                break;
        }
    }

    private static bool Same(string one, string other) =>
        one.Length > 0 && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
