using Portal.Silo.Data.Commands;
using Portal.Silo.Development;
using Portal.Silo.Hosting;
using Portal.Silo.Settings;
using Portal.Storage;

if (args is [HealthProbe.Command]) return await HealthProbe.RunAsync();
if (CommandLine.IsCommand(args)) return (int)await new DataCommands(Console.Out, Console.Error).RunAsync(args);

try
{
    // Settings are read once. Watching their files means watching the folder they are in, and the database in it is written all the time.
    var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
    builder.Configuration.AddRole(args);
    builder.AddPortalSettings();
    builder.AddPortalRunning();
    builder.AddPortalWeb();
    await builder.AddPortalGrainsAsync();

    await using var app = builder.Build();
    app.UsePortalWeb();
    if (app.Environment.IsDevelopment() && app.Configuration.Role() != NodeRole.Silo) app.MapDevelopment();
    await app.RunAsync();
    return 0;
}
catch (SettingsException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return SettingsException.ExitCode;
}
catch (StorageException failed)
{
    // EX_TEMPFAIL of sysexits.h: the database is away, taken or newer, none of which the settings are to blame for.
    await Console.Error.WriteLineAsync($"The portal does not start: {failed.Message}");
    return 75;
}

/// <summary>The silo: engine, storage and pages in one process.</summary>
public sealed partial class Program
{
    private Program() { }
}
