using Portal.Silo.Data.Commands;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Data;

/// <summary>The commands as an operator runs them: the real process, with its exit codes.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = SiloProcess.NewFolder();

    [SqliteSiloFact]
    public async Task The_demo_is_exported_while_it_runs_moved_verified_and_started_with_its_secret_only()
    {
        await using (var silo = await SiloProcess.ReadyAsync(_folder))
        {
            Assert.Equal((int)ExitCode.Done, (await RunAsync("export", "live.gz")).Code);
            Assert.Equal((int)ExitCode.Refused, (await RunAsync("import", "live.gz", "--replace")).Code);
            silo.Signal("TERM");
            await silo.Ended;
        }

        var export = await RunAsync("export", "stopped.gz");
        Assert.Equal((int)ExitCode.Done, export.Code);
        Assert.Contains("Portal:Secret is not in it", export.Output);
        Assert.Equal((int)ExitCode.Refused, (await RunAsync("export", "stopped.gz")).Code);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "stopped.gz")));

        (string, string?)[] other = [("Portal__Storage", "sqlite:other/portal.db")];
        var import = await RunAsync(["import", "stopped.gz"], other);
        Assert.Equal((int)ExitCode.Done, import.Code);
        Assert.Contains("rows imported", import.Output);
        Assert.Equal((int)ExitCode.Refused, (await RunAsync(["import", "stopped.gz"], other)).Code);

        // A development machine makes a secret where it finds none; it is not that of the data.
        await using var stranger = await SiloProcess.StartAsync(_folder, [], other);
        Assert.Equal(78, await stranger.Ended);
        Assert.Contains("Portal:Secret is not the secret this data was written under", stranger.Output);
        File.Copy(Path.Combine(_folder, "data/development.secret"), Path.Combine(_folder, "other/development.secret"), overwrite: true);
        var verify = await RunAsync(["verify"], other);
        Assert.True(verify.Code == (int)ExitCode.Done, verify.Output);
        await using var moved = await SiloProcess.ReadyAsync(_folder, other);
        Assert.True((await moved.Http.GetAsync("/riverside/sign-in")).IsSuccessStatusCode);
    }

    [SqliteSiloFact]
    public async Task Tables_are_brought_up_to_date_by_command_where_a_start_may_not()
    {
        (string, string?)[] careful = [("Portal__MigrateAtStart", "false"), ("Portal__Demo", "false")];
        await using (var refused = await SiloProcess.StartAsync(_folder, [], careful))
        {
            Assert.Equal(75, await refused.Ended);
            Assert.Contains("migrate", refused.Output);
        }

        Assert.Contains("Brought up to date", (await RunAsync("migrate")).Output);
        Assert.Contains("were up to date", (await RunAsync("migrate")).Output);
        await using var silo = await SiloProcess.ReadyAsync(_folder, careful);
    }

    [Theory]
    [InlineData(ExitCode.Done, "help")]
    [InlineData(ExitCode.Usage, "exprot")]
    [InlineData(ExitCode.Usage, "export")]
    [InlineData(ExitCode.Usage, "export", "a", "b")]
    [InlineData(ExitCode.Usage, "verify", "--replace")]
    [InlineData(ExitCode.Usage, "verify", "--limit", "some")]
    [InlineData(ExitCode.Usage, "migrate", "--engine", "steam")]
    public async Task What_is_not_understood_is_answered_with_the_usage(ExitCode code, params string[] args)
    {
        using var output = new StringWriter();
        Assert.Equal(code, await new DataCommands(output, output).RunAsync(args));
        Assert.Contains("Portal.Silo migrate", output.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    private async Task<(int Code, string Output)> RunAsync(string[] arguments, (string, string?)[] settings)
    {
        await using var command = await SiloProcess.StartAsync(_folder, arguments, settings);
        return (await command.Ended, command.Output);
    }
}
