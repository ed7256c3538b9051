using System.Diagnostics;

namespace Portal.Storage.Tests;

/// <summary>This assembly run as another process, and killed as by <c>kill -9</c>.</summary>
internal sealed class OtherProcess : IDisposable
{
    private readonly Process _process;

    public OtherProcess(string what, string setting)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(OtherProcess).Assembly.Location, what, setting])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("The other process did not start.");
    }

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The other process ended.");

    /// <summary>Kills it and returns the lines it had printed and nobody has read; a line cut off by the kill is not among them.</summary>
    public async Task<string[]> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        var rest = await _process.StandardOutput.ReadToEndAsync();
        return rest.Split('\n')[..^1];
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
