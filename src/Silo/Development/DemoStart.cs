using Portal.Grains.Abstractions.Shared;

namespace Portal.Silo.Development;

/// <summary>
/// Makes the demo at the start. The organisations are there before the first page is served; their people are made while the pages in which
/// nobody is signed in are already shown, and whoever asks for more waits these moments. Greets once all are there.
/// </summary>
/// <param name="seeder">Seeds.</param>
/// <param name="world">The people of the demo.</param>
/// <param name="address">Where the portal is.</param>
/// <param name="lifetime">Tells when it is served; ended when the demo can't be made.</param>
/// <param name="logger">Says why it could not.</param>
public sealed partial class DemoStart(
    DemoSeeder seeder, IReadOnlyList<DemoOrganisation> world, PortalAddress address, IHostApplicationLifetime lifetime,
    ILogger<DemoStart> logger) : IHostedService, IStartupFilter
{
    private Task _people = Task.CompletedTask;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await seeder.FoundAsync(world);
        _people = Task.Run(() => MakePeopleAsync(lifetime.ApplicationStopping), CancellationToken.None);
        lifetime.ApplicationStarted.Register(() => _people.ContinueWith(
            _ => Console.WriteLine(Demo.Greeting(world, address.Root.GetLeftPart(UriPartial.Authority))),
            TaskContinuationOptions.OnlyOnRanToCompletion));
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await _people.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc />
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            if (!_people.IsCompleted && !NeedsNobody(context.Request)) await _people.WaitAsync(context.RequestAborted);
            await following(context);
        });
        next(app);
    };

    // The start page, the form to sign in, health, style and script are the same whoever there is.
    private static bool NeedsNobody(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Value is { } path
        && (path == "/" || path.EndsWith("/sign-in", StringComparison.Ordinal) || path.StartsWith("/health/", StringComparison.Ordinal)
            || Path.HasExtension(path) && !path.StartsWith("/dev/", StringComparison.Ordinal));

    private async Task MakePeopleAsync(CancellationToken ct)
    {
        try
        {
            await seeder.SeedAsync(world, ct);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            Failed(logger, error);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The demo could not be made; Portal:Demo=false starts without it.")]
    private static partial void Failed(ILogger logger, Exception error);
}
