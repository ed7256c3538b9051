using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using Xunit;

namespace Portal.Tests;

/// <summary>
/// A PostgreSQL server of this test run's own: made with initdb in a temporary folder, reached through a Unix socket in it, gone
/// afterwards. Started once for all tests of <see cref="PostgresCollection"/>, and only when <c>PORTAL_TESTS_POSTGRES=1</c> asks for it.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Role = "portal";

    // No TCP: the port only names the socket's file, so any number of servers run beside each other.
    private const int Port = 5432;

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), "portal-pg-" + RandomNumberGenerator.GetHexString(12, lowercase: true));
    private int _databases;
    private Process? _guard;

    /// <summary>The environment asks for the tests that need a server.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("PORTAL_TESTS_POSTGRES") == "1";

    /// <summary>Makes an empty database and returns its storage setting.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "t" + Interlocked.Increment(ref _databases);
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return "postgres:" + ConnectionString(name);
    }

    /// <summary>Starts the server (again) and waits until it answers.</summary>
    public Task StartAsync() => RunAsync("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o", Options, "start");

    /// <summary>Ends the server at once, as a crash does: nothing is finished, connections break.</summary>
    public Task CrashAsync() => RunAsync("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    /// <summary>Kills all of the server's processes, as <c>kill -9</c> or the machine's memory killer does.</summary>
    public Task KillAsync() => RunDirectlyAsync(
        "sh", "-c", $"pid=$(head -n 1 {Data}/postmaster.pid); kill -KILL $pid $(ps -o pid= --ppid $pid); "
            + "while kill -0 $pid 2>/dev/null; do sleep 0.05; done");

    public async Task InitializeAsync()
    {
        if (!IsAsked) return;
        Directory.CreateDirectory(_folder);
        _guard = StartGuard();
        if (IsRoot) await RunDirectlyAsync("chown", "nobody", _folder);
        await RunAsync("initdb", "-D", Data, "-U", Role, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_guard is null) return;
        _guard.StandardInput.Close();
        await _guard.StandardOutput.ReadToEndAsync();
        _guard.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    // Without fsync: these servers survive the crash of a process, not that of the machine.
    private string Options => $"-k {_folder} -p {Port} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=100";

    private static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    private string ConnectionString(string database) => $"Host={_folder};Port={Port};Username={Role};Database={database}";

    // Its input closes when this process ends, also when it is killed; then it ends the server and removes the folder. In the
    // background of a shell that ends at once, so that it is not killed together with this process's children.
    private Process StartGuard()
    {
        const string Script = "exec 3<&0; (read -r line <&3; pid=$(head -n 1 data/postmaster.pid 2>/dev/null) && kill -QUIT $pid "
            + "&& while kill -0 $pid 2>/dev/null; do sleep 0.05; done; rm -rf \"$PWD\") &";
        var start = new ProcessStartInfo("sh", ["-c", Script])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
    }

    // PostgreSQL refuses to run as root.
    private static Task RunAsync(string program, params string[] arguments) =>
        IsRoot
            ? RunDirectlyAsync("runuser", ["-u", "nobody", "--", Find(program), .. arguments])
            : RunDirectlyAsync(Find(program), arguments);

    private static async Task RunDirectlyAsync(string program, params string[] arguments)
    {
        // The working directory may be closed to the user it runs as.
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}{await output}");
    }

    private static string Find(string program)
    {
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        Array.Sort(installed, (a, b) => string.CompareOrdinal(b, a));
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.Select(f => Path.Combine(f, "bin")).Concat(path).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"PORTAL_TESTS_POSTGRES=1 needs PostgreSQL: no {program} in {Debian} or on PATH.");
    }

    [DllImport("libc")]
    private static extern uint geteuid();
}

/// <summary>The tests that share one <see cref="PostgresServer"/>; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

/// <summary>
/// A fact that is skipped unless <c>PORTAL_TESTS_POSTGRES=1</c>. Its class has <c>[Trait("Needs",
/// "PostgreSQL")]</c> and belongs to <see cref="PostgresCollection"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsAsked) Skip = "Needs PostgreSQL: set PORTAL_TESTS_POSTGRES=1.";
    }
}

/// <summary>A theory that is skipped unless <c>PORTAL_TESTS_POSTGRES=1</c>; see <see cref="PostgresFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute()
    {
        if (!PostgresServer.IsAsked) Skip = "Needs PostgreSQL: set PORTAL_TESTS_POSTGRES=1.";
    }
}
