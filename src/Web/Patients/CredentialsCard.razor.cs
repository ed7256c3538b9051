using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Web.Credentials;

namespace Portal.Web.Patients;

/// <summary>The portal credentials of a patient: set, change, clear.</summary>
public sealed partial class CredentialsCard
{
    /// <summary>The patient's access.</summary>
    [Parameter, EditorRequired] public OnlineAccessView View { get; set; } = new();

    private CredentialKind? Sent { get; set; }

    private string Typed { get; set; } = "";

    private PatientView? Holder { get; set; }

    // A click that is repeated, by a double click or a reload, is the same operation.
    private string Operation(CredentialKind kind) =>
        (Sent == kind ? IdOf("operation") : null) ?? Portal.Grains.Abstractions.Shared.Ids.New("op");

    private static string Slug(CredentialKind kind) => kind.ToString().ToLowerInvariant();

    private static string FormOf(CredentialKind kind) => $"set-{Slug(kind)}";

    private string Suggested(CredentialKind kind) => kind switch
    {
        CredentialKind.Email => View.Patient.Contact.Email,
        CredentialKind.Mobile => View.Patient.Contact.Mobile,
        _ => "",
    };

    private async Task SetAsync(CredentialKind kind)
    {
        var form = Http.Request.Form;
        Sent = kind;
        Typed = form[$"value-{Slug(kind)}"].ToString();
        var field = $"value-{Slug(kind)}";
        var outcome = await PatientGrain(View.Patient.Id).SetCredential(new SetCredential
        {
            Kind = kind,
            Value = Typed,
            Operation = Operation(kind),
            ConfirmedWithPatient = form["confirmed"].ToString() == "true",
        });
        switch (outcome)
        {
            case SetCredentialOutcome.Bound:
                Done(View.Patient.Id, "credential-set");
                break;
            case SetCredentialOutcome.AwaitsApproval:
                Done(View.Patient.Id, "credential-awaits");
                break;
            case SetCredentialOutcome.Unchanged:
                Done(View.Patient.Id, "credential-unchanged");
                break;
            case SetCredentialOutcome.Taken taken:
                Holder = await PatientGrain(taken.Patient).Get();
                Errors.Add(field, $"Another {Labels.Patient} here signs in with this already");
                break;
            case SetCredentialOutcome.NotConfirmed:
                Errors.Add($"confirmed-{Slug(kind)}", $"Verify it with the {Labels.Patient} first, then tick the box");
                break;
            case SetCredentialOutcome.Busy:
                Errors.Add(field, Unfinished);
                break;
            default:
                Errors.Add(field, CredentialWording.ForStaff(kind));
                break;
        }
    }

    private string CodesWouldMove =>
        "Codes for the username would go to the contact email, which is another address, and here nobody changes that alone. "
        + "Change the sign-in email instead, which a colleague approves, or clear the username first";

    private string Unfinished => $"Another change of this {Labels.Patient}'s credentials has not finished. Try again in a minute";

    private string Approved => View.CredentialRequest is { ResetsMfa: true } ? "mfa-reset" : "credential-set";

    // The request that the page showed, not the one that is open by now: nobody approves a value that they have not seen.
    private async Task DecideAsync(bool approve)
    {
        var outcome = IdOf("request") is { } shown
            ? await PatientGrain(View.Patient.Id).DecideCredentialRequest(shown, approve)
            : CredentialRequestOutcome.Gone;
        switch (outcome)
        {
            case CredentialRequestOutcome.Done:
                Done(View.Patient.Id, approve ? Approved : "credential-declined");
                break;
            case CredentialRequestOutcome.SamePerson:
                Errors.Add("", "You asked for this change: somebody else has to approve it");
                break;
            case CredentialRequestOutcome.Taken:
                Errors.Add("", "Somebody else signs in with this by now. Nothing was changed");
                break;
            case CredentialRequestOutcome.Busy:
                Errors.Add("", "Another change has not finished. Try again in a minute");
                break;
            default:
                Errors.Add("", "This request was decided already, or is older than 3 days. Load the page again");
                break;
        }
    }

    private async Task ClearAsync(CredentialKind kind)
    {
        Sent = kind;
        var outcome = await PatientGrain(View.Patient.Id).ClearCredential(kind, Operation(kind));
        if (outcome == ClearCredentialOutcome.Busy) Errors.Add("", Unfinished);
        else if (outcome == ClearCredentialOutcome.NeedsApproval) Errors.Add("", CodesWouldMove);
        else Done(View.Patient.Id, outcome == ClearCredentialOutcome.ClearedLast ? "credential-cleared-last" : "credential-cleared");
    }
}
