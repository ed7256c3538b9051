using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Web.Shared;

namespace Portal.Web.Onboarding;

/// <summary>What the pages of one piece of bulk work share.</summary>
public abstract class BatchPage : PortalPage
{
    /// <summary>The batch's id, out of the address.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>Whether somebody asked to cancel, and has to say that they mean it.</summary>
    [SupplyParameterFromQuery(Name = "cancel")] protected string? Cancelling { get; set; }

    /// <summary>The batch; null where there is none of that name and job.</summary>
    protected BatchView? Batch { get; private set; }

    /// <summary>
    /// Whether it was looked for: a page is rendered while it waits for that, and must not say that there is nothing.
    /// </summary>
    protected bool Looked { get; private set; }

    /// <summary>What it does.</summary>
    protected abstract BatchJob Job { get; }

    /// <summary>The address of the page, after the organisation.</summary>
    protected abstract string Path { get; }

    /// <summary>The batch's grain.</summary>
    protected IBatchGrain Grain => Grain<IBatchGrain>(Id);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Portal.Grains.Abstractions.Shared.Ids.IsValid(Id, "b")) Batch = await Grain.Get();
        if (Batch?.Job != Job) Batch = null;
        Looked = true;
        if (Batch is null) Http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>Cancels it, and shows it again.</summary>
    protected async Task CancelAsync()
    {
        await Grain.Cancel();
        Go(At(Path));
    }
}
