using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Kiosk;

/// <summary>The form on a tablet in a patient's hands. Once it is handed in, or its time is over, it shows nothing of anybody.</summary>
public sealed partial class KioskForm
{
    [SupplyParameterFromQuery(Name = "ended")] private string? Ended { get; set; }

    private IntakeBlank? Blank { get; set; }

    private IntakeAnswers? Form { get; set; }

    private IIntakeFormsGrain Grain => Grains.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(Org, Session.Caller.Subject));

    private string Reason => Ended ?? (Session.EndedBy is { } end ? SessionEnds.Name(end) : "");

    private string Heading => Reason == "submitted" ? "Thank you" : "This form is closed";

    private string Text => Reason switch
    {
        "submitted" => "Your form is handed in.",
        "idle" => "Nothing was typed for a while. What was not handed in is gone.",
        "expired" => "Its time was over. What was not handed in is gone.",
        "taken-back" => "What was not handed in is gone. The tablet is the clinic's again.",
        "locked" => "There were too many wrong PINs. What was not handed in is gone.",
        _ => "It shows nothing any more.",
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Session.AtKiosk && Session.Alive is not null) Blank = await Grain.Blank();
        // Whatever ended it: nothing stays behind, and Back finds nothing.
        if (Blank is null) KioskBrowser.Clear(Http, Org);
    }

    private async Task SubmitAsync()
    {
        if (Blank is null) return;
        Form = IntakeForms.Read(Http.Request.Form);
        IntakeForms.Check(Form, Errors);
        if (Errors.Any) return;
        switch (await Grain.Submit(new SubmitIntake { Answers = Form }))
        {
            case SubmitIntakeOutcome.Kept:
                KioskBrowser.Clear(Http, Org);
                Go(At("kiosk?ended=submitted"));
                break;
            case SubmitIntakeOutcome.TooMany:
                Errors.Add("", "Several forms were handed in today already. Please ask the clinic's staff");
                break;
            case SubmitIntakeOutcome.Invalid:
                Errors.Add("", "Something in the form can't be kept as it is: look for signs that can't be seen");
                break;
            default:
                KioskBrowser.Clear(Http, Org);
                Go(At("kiosk"));
                break;
        }
    }
}
