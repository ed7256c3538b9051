using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using ElevateCommand = Portal.Grains.Abstractions.Sessions.Elevate;

namespace Portal.Web.Sessions;

/// <summary>A fresh code before clinical records are shown.</summary>
public sealed partial class Elevate
{
    [SupplyParameterFromQuery(Name = "ended")] private string? Ended { get; set; }

    /// <inheritdoc />
    protected override string Otherwise => At("records");

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        if (!Authenticator && Organisation.Settings.MfaForElevation) NeedsAuthenticator();
    }

    /// <inheritdoc />
    protected override Task<ElevationRequestOutcome> RequestAsync(ClientDevice device) => Grain.RequestElevation(device);

    /// <inheritdoc />
    protected override Task<ElevateOutcome> EnterAsync(ElevateCommand command) => Grain.Elevate(command);

    /// <inheritdoc />
    protected override Task<bool> IsDoneAsync() => Task.FromResult(Session.IsElevated(Time.GetUtcNow()));
}
