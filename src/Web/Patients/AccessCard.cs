using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Patients;

/// <summary>What the cards of the Online Access tab share. Each has its own forms; after one has done its work the page is fetched
/// anew.</summary>
public abstract class AccessCard : ComponentBase
{
    /// <summary>Who asks.</summary>
    [Inject] protected PortalSession Session { get; set; } = null!;

    /// <summary>The grains.</summary>
    [Inject] protected IGrainFactory Grains { get; set; } = null!;

    /// <summary>The clock.</summary>
    [Inject] protected TimeProvider Time { get; set; } = null!;

    /// <summary>The request.</summary>
    [CascadingParameter] protected HttpContext Http { get; set; } = null!;

    /// <summary>Whether the reader's role may change access; others see the card without its forms.</summary>
    [Parameter] public bool MayChange { get; set; }

    /// <summary>What the organisation calls its patients, practitioners and appointments.</summary>
    protected Labels Labels => Session.Organisation.Settings.Labels;

    /// <summary>
    /// Where to go after a form has done its work, with a query already; what was done is added to it. Null: the patient's tab.
    /// </summary>
    [Parameter] public string? Return { get; set; }

    /// <summary>What is wrong with the form that was sent.</summary>
    protected FormErrors Errors { get; } = new();

    /// <summary>A grain of this organisation.</summary>
    protected T Grain<T>(string rest) where T : IGrainWithStringKey => Grains.GetGrain<T>($"{Session.Slug}/{rest}");

    /// <summary>The patient's grain.</summary>
    protected IPatientGrain PatientGrain(string id) => Grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Session.Slug, id));

    /// <summary>Shows the tab anew, with a message of <see cref="OnlineAccessWording"/>.</summary>
    protected void Done(string patient, string done)
    {
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location =
            Return is { } address ? $"{address}&done={done}" : $"/{Session.Slug}/staff/patients/{patient}/access?done={done}";
    }

    /// <summary>A hidden field of the form that was sent, where it is an id; else null.</summary>
    protected string? IdOf(string field) =>
        Http.Request.HasFormContentType && Ids.IsValid(Http.Request.Form[field].ToString()) ? Http.Request.Form[field].ToString() : null;
}
