using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Web.Sessions;

namespace Portal.Web.Shared;

/// <summary>What every page of an organisation has: whose it is, who asks, and the errors to show beside the fields.</summary>
public abstract class PortalPage : ComponentBase
{
    /// <summary>Who asks.</summary>
    [Inject] protected PortalSession Session { get; set; } = null!;

    /// <summary>The grains.</summary>
    [Inject] protected IGrainFactory Grains { get; set; } = null!;

    /// <summary>The clock.</summary>
    [Inject] protected TimeProvider Time { get; set; } = null!;

    /// <summary>The request; pages are rendered within it.</summary>
    [CascadingParameter] protected HttpContext Http { get; set; } = null!;

    /// <summary>The organisation's slug, out of the address.</summary>
    [Parameter] public string Org { get; set; } = "";

    /// <summary>What is wrong with the form that was sent, to be shown on top and beside the fields.</summary>
    protected FormErrors Errors { get; } = new();

    /// <summary>The organisation.</summary>
    protected OrganisationView Organisation => Session.Organisation;

    /// <summary>What the organisation calls its patients, practitioners and appointments.</summary>
    protected Labels Labels => Organisation.Settings.Labels;

    /// <summary>An address within the organisation.</summary>
    /// <param name="path">Without a leading slash; empty: the home page.</param>
    protected string At(string path) => path.Length == 0 ? $"/{Org}" : $"/{Org}/{path}";

    /// <summary>A grain of this organisation.</summary>
    /// <param name="rest">The key after the organisation.</param>
    protected T Grain<T>(string rest) where T : IGrainWithStringKey => Grains.GetGrain<T>($"{Org}/{rest}");

    /// <summary>Answers with a redirect that is fetched with GET, after a form has done its work.</summary>
    protected void Go(string address)
    {
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location = address;
        Gone = true;
    }

    /// <summary>Whether the answer is a redirect, so that nothing needs to be rendered.</summary>
    protected bool Gone { get; private set; }
}
