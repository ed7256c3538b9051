using System.Text.Json;
using Portal.Silo.Settings;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Settings;

/// <summary>The real process with settings that are wrong, right and half right.</summary>
public sealed class StartTests : IDisposable
{
    private const string Secret = "q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ";
    private readonly string _folder = SiloProcess.NewFolder();

    [Fact]
    public async Task Production_without_settings_says_all_that_is_wrong_at_once_and_ends_with_78()
    {
        await using var silo = await SiloProcess.StartAsync(_folder, ["--Portal:Storage=sqlite:hunter2.db"],
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Portal__DemoPatients", "5"), ("Portal__Smtp__Port", "none"));
        Assert.Equal(SettingsException.ExitCode, await silo.Ended);
        Assert.Contains("6 of its settings", silo.Output);
        string[] wrong = ["Secret", "PublicAddress", "TrustedProxies", "DemoPatients", "Smtp:Port", "Storage is on the command line"];
        foreach (var key in wrong) Assert.Contains("Portal:" + key, silo.Output);
        Assert.DoesNotContain("hunter2", silo.Output);
        // Words for the operator, not a stack.
        Assert.DoesNotContain("   at Portal", silo.Output);
        Assert.False(Directory.Exists(Path.Combine(_folder, "data")), "Nothing is opened before the settings are judged.");
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_is_said_in_a_sentence_and_ends_with_75()
    {
        await using var silo = await SiloProcess.StartAsync(
            _folder, [], ("Portal__Storage", $"postgres:Host=127.0.0.1;Port={SiloProcess.FreePort()};Database=portal;Password=hunter2"));
        Assert.Equal(75, await silo.Ended);
        Assert.Contains("The portal does not start:", silo.Output);
        Assert.DoesNotContain("hunter2", silo.Output);
    }

    [SqliteSiloFact]
    public async Task Production_runs_on_secrets_out_of_files_logs_json_warns_of_unknown_keys_and_never_opens_a_database_of_the_demo()
    {
        File.WriteAllText(Path.Combine(_folder, "secret"), Secret + "\n");
        (string, string?)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("Portal__SecretFile", "secret"), ("Portal__DemoPatients", null),
            ("Portal__PublicAddress", "https://portal.example.org"), ("Portal__TrustedProxies", "127.0.0.1"),
            ("Portal__Stroage", "hunter2"),
        ];
        await using (var silo = await SiloProcess.ReadyAsync(_folder, [.. settings, ("Portal__DrainDelay", "00:00:00")]))
        {
            silo.Signal("TERM");
            Assert.Equal(0, await silo.Ended);
            var lines = silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.All(lines, line => Assert.EndsWith("Z", line.GetProperty("time").GetString()));
            Assert.Contains(lines, line => line.GetProperty("level").GetString() == "warn"
                && line.GetProperty("data").GetProperty("Key").GetString() == "Portal:Stroage"
                && line.GetProperty("data").GetProperty("Nearest").GetString() == "Portal:Storage");
            Assert.DoesNotContain("hunter2", silo.Output);
        }

        await using (var demo = await SiloProcess.ReadyAsync(_folder, ("Portal__Storage", "sqlite:data/demo.db")))
        {
            demo.Signal("TERM");
            Assert.Equal(0, await demo.Ended);
        }

        await using var refused = await SiloProcess.StartAsync(_folder, [], [.. settings, ("Portal__Storage", "sqlite:data/demo.db")]);
        Assert.Equal(SettingsException.ExitCode, await refused.Ended);
        Assert.Contains("once held the demo", refused.Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
