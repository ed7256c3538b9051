using Xunit;

namespace Portal.Web.Tests.Shared;

/// <summary>One portal with a clinic, for the tests of a class that only ask.</summary>
public sealed class PortalAppFixture : IAsyncLifetime
{
    /// <summary>The portal.</summary>
    public PortalApp App { get; } = new();

    public Task InitializeAsync() => App.WithRiversideAsync();

    public Task DisposeAsync() => App.DisposeAsync().AsTask();
}
