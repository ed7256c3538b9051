using Portal.Grains.Messages;

namespace Portal.Silo.Development;

/// <summary>The addresses under <c>/dev</c>, which exist in Development only: the mailbox, and the people of the demo with their
/// codes.</summary>
public static class DevelopmentEndpoints
{
    /// <summary>Adds the addresses.</summary>
    public static void MapDevelopment(this WebApplication app)
    {
        app.MapGet("/dev/mailbox.json", async (string? to, DevelopmentMailbox mailbox, CancellationToken ct) =>
            Results.Json(await mailbox.FindAsync(to, ct: ct)));
        app.MapGet("/dev/mailbox", async (string? to, DevelopmentMailbox mailbox, CancellationToken ct) =>
            Results.Content(MailboxPage.Render(await mailbox.FindAsync(to, ct: ct), to), "text/html; charset=utf-8"));
        if (app.Services.GetService<IReadOnlyList<DemoOrganisation>>() is { } world)
        {
            app.MapGet("/dev/demo.json", () => Results.Json(Demo.Describe(world)));
            // Before the page that everybody else finds there.
            app.MapGet("/", (TimeProvider time) =>
                Results.Content(StartPage.Render(world, time.GetUtcNow()), "text/html; charset=utf-8")).WithOrder(-1);
        }
    }
}
