using Portal.Silo.Development;
using Portal.Silo.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPortalWeb();
await builder.AddPortalGrainsAsync();

await using var app = builder.Build();
app.UsePortalWeb();
if (app.Environment.IsDevelopment()) app.MapDevelopment();
await app.RunAsync();

/// <summary>The silo: engine, storage and pages in one process.</summary>
public sealed partial class Program
{
    private Program() { }
}
