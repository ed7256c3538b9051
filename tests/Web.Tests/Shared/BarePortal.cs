using Xunit;

namespace Portal.Web.Tests.Shared;

/// <summary>One portal with a clinic, for the tests of a class that only ask.</summary>
public sealed class BarePortal : IAsyncLifetime
{
    /// <summary>The portal.</summary>
    public PortalWeb App { get; } = PortalWeb.Bare();

    public Task InitializeAsync() => App.WithRiversideAsync();

    public Task DisposeAsync() => App.DisposeAsync().AsTask();
}
