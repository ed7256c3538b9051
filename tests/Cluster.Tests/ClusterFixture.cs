using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Portal.Grains.Shared;
using Portal.Tests;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Cluster.Tests;

/// <summary>
/// Three silos that serve pages and one node that serves pages only, on one PostgreSQL: four processes, as an operator runs them. Tests
/// leave all four running.
/// </summary>
public sealed partial class ClusterFixture(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-cluster").FullName;
    private string _storage = "";
    private readonly Dictionary<string, Dictionary<string, string>> _staff = [];
    private int _patient;

    /// <summary>The operator's password.</summary>
    public static string Password { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>The silos.</summary>
    public IReadOnlyList<Node> Silos { get; private set; } = [];

    /// <summary>The node that serves pages only.</summary>
    public Node Web { get; private set; } = null!;

    /// <summary>The people of the demo.</summary>
    public DemoPeople Riverside { get; private set; } = null!;

    /// <summary>All nodes.</summary>
    public IEnumerable<Node> Nodes => [.. Silos, Web];

    /// <summary>Starts it all.</summary>
    public async Task InitializeAsync()
    {
        if (!PostgresServer.IsAsked) return;
        _storage = await server.CreateDatabaseAsync();
        Silos = [.. Enumerable.Range(1, 3).Select(n => NewNode($"silo{n}", "all"))];
        Web = NewNode("web", "web");
        // The first makes tables and people while nobody looks.
        await Silos[0].StartAsync();
        var people = await Silos[0].GetAsync("/dev/demo.json");
        Riverside = JsonSerializer.Deserialize<List<DemoPeople>>(people, JsonSerializerOptions.Web)!
            .Single(o => o.Organisation == "riverside");
        await Task.WhenAll(Silos.Skip(1).Append(Web).Select(node => node.StartAsync()));
    }

    /// <summary>A patient nobody else uses, who can sign in by email.</summary>
    public DemoPatient NextPatient() =>
        Riverside.Patients.Where(p => p is { AuthEmail: not null, Access: "can_access" }).ElementAt(_patient++);

    /// <summary>Signs a patient in through a node.</summary>
    public async Task<Browser> SignInAsync(Node node, DemoPatient patient)
    {
        var browser = node.Browser();
        var asked = await browser.SubmitAsync("/riverside/sign-in", "sign-in", ("credential", patient.AuthEmail!));
        Assert.Equal("/riverside/sign-in/code", asked.Location);
        var code = await CodeAsync(node, patient.AuthEmail!);
        var done = await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", code));
        Assert.Equal(303, done.Code);
        return browser;
    }

    /// <summary>A staff member's browser at a node. Whoever is signed in already stays so: any node knows the session.</summary>
    public async Task<Browser> StaffAsync(Node node, string name)
    {
        var browser = node.Browser(_staff.TryGetValue(name, out var cookies) ? new(cookies) : null);
        if (cookies is not null && (await browser.GetAsync("/riverside/staff/patients")).IsPage()) return browser;
        var staff = Riverside.Staff.Single(s => s.Email.StartsWith($"{name}@", StringComparison.Ordinal));
        var first = await browser.SubmitAsync("/riverside/staff/sign-in", "staff", ("email", staff.Email), ("password", staff.Password));
        Assert.Equal("/riverside/staff/sign-in/code", first.Location);
        var code = Totp.CodeAt(staff.TotpSecret, await NowAsync(node));
        var second = await browser.SubmitAsync("/riverside/staff/sign-in/code", "code", ("code", code));
        Assert.Equal("/riverside/staff/patients", second.Location);
        _staff[name] = browser.Cookies;
        return browser;
    }

    /// <summary>The time by a node's clock.</summary>
    public static async Task<DateTimeOffset> NowAsync(Node node) =>
        JsonDocument.Parse(await node.GetAsync("/dev/clock")).RootElement.GetProperty("now").GetDateTimeOffset();

    /// <summary>The newest code sent to an address, as a node shows it.</summary>
    public async Task<string> CodeAsync(Node node, string to) =>
        Code().Match(await MailAsync(node, to, Code())).Value.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The newest message to an address that fits, as a node shows it; waits until it is there.</summary>
    public async Task<string> MailAsync(Node node, string to, Regex fits)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < MailPatience)
        {
            var all = JsonDocument.Parse(await node.GetAsync("/dev/mailbox.json?to=" + Uri.EscapeDataString(to))).RootElement;
            var texts = all.EnumerateArray().Select(m => m.GetProperty("text").GetString()!);
            if (texts.FirstOrDefault(fits.IsMatch) is { } text) return text;
            await Pause.ShortAsync();
        }

        throw new InvalidOperationException($"No such message has come to {to}.");
    }

    /// <summary>Asks the database.</summary>
    public async Task<T> QueryAsync<T>(string sql, object? values = null)
    {
        await using var connection = new NpgsqlConnection(_storage["postgres:".Length..]);
        return (await connection.ExecuteScalarAsync<T>(sql, values))!;
    }

    /// <summary>Asks for a page until it comes whole, and says how long that took.</summary>
    public static async Task<(TimeSpan Took, int Failed)> UntilServedAsync(Browser browser, string path, Func<Answer, bool> good)
    {
        var (watch, failed) = (Stopwatch.StartNew(), 0);
        while (true)
        {
            var answer = await browser.GetAsync(path);
            if (good(answer)) return (watch.Elapsed, failed);
            if (watch.Elapsed > TimeSpan.FromMinutes(1)) throw new InvalidOperationException($"{answer.Code}: {answer.Body}");
            failed++;
            await Pause.ShortAsync();
        }
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (Silos.Count == 0) return;
        foreach (var node in Nodes) await node.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (Environment.GetEnvironmentVariable("PORTAL_TESTS_KEEP") != "1") Directory.Delete(_folder, recursive: true);
    }

    private Node NewNode(string name, string role) => new(name, _folder,
    [
        ("ASPNETCORE_ENVIRONMENT", "Development"), ("Portal:Storage", _storage + ";Maximum Pool Size=12"), ("Portal:Role", role),
        ("Portal:Secret", "a-secret-of-tests-only-0123456789-abcdefghij"), ("Portal:DemoPatients", "60"),
        ("Portal:Operator:Password", Password), ("Portal:Demo", name == "silo1" ? "true" : "false"),
    ]);

    [GeneratedRegex(@"\b\d{3} ?\d{3}\b")]
    private static partial Regex Code();
}

/// <summary>The people of an organisation.</summary>
public sealed record DemoPeople(string Organisation, IReadOnlyList<DemoMember> Staff, IReadOnlyList<DemoPatient> Patients);

/// <summary>A staff member.</summary>
public sealed record DemoMember(string Email, string Password, string Role, string TotpSecret);

/// <summary>A patient.</summary>
public sealed record DemoPatient(string Id, string Name, string? AuthEmail, string BirthDate, string Access);

/// <summary>Whether a status is one of success.</summary>
public static class Answers
{
    /// <summary>A page came.</summary>
    public static bool IsPage(this Answer answer) => answer.Status == HttpStatusCode.OK;
}
