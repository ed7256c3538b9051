using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Grains.Shared;
using Portal.Silo.Development;
using Portal.Silo.Observability;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

/// <summary>What is logged, in the form in which production writes it, while patients and staff do everything there is to do.</summary>
public sealed partial class LogTests
{
    [Fact]
    public async Task No_log_line_holds_a_code_a_token_a_password_a_name_or_an_address()
    {
        var lines = new JsonLines();
        var secrets = new HashSet<string>();
        await using (var web = new PortalWeb { Logs = lines })
        {
            await PlayPatientAsync(web, secrets);
            await PlayStaffAsync(web, secrets);
        }

        Assert.NotEmpty(lines.All);
        Assert.InRange(secrets.Count, 25, int.MaxValue);
        Assert.Equal([], lines.All.SelectMany(line => secrets.Where(s => line.Contains(s, StringComparison.OrdinalIgnoreCase))
            .Select(secret => $"{secret} in {line}")));
    }

    [Fact]
    public void A_line_is_one_line_of_JSON_with_time_level_event_figures_and_trace()
    {
        var lines = new JsonLines();
        using var activity = new Activity("request").Start();
        lines.CreateLogger("Portal.Some").Log(LogLevel.Warning, new EventId(7), "Tried {Count} times:\n{Reason}", 3, "a \"b\"");
        var line = JsonDocument.Parse(Assert.Single(lines.All)).RootElement;
        Assert.EndsWith("\n", lines.Raw);
        Assert.Single(lines.Raw.TrimEnd('\n').Split('\n'));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", line.GetProperty("time").GetString());
        Assert.Equal("warn", line.GetProperty("level").GetString());
        Assert.Equal("Portal.Some", line.GetProperty("category").GetString());
        Assert.Equal(7, line.GetProperty("event").GetInt32());
        Assert.Equal("Tried 3 times:\na \"b\"", line.GetProperty("message").GetString());
        Assert.Equal(3, line.GetProperty("data").GetProperty("Count").GetInt64());
        Assert.Equal(activity.TraceId.ToHexString(), line.GetProperty("trace").GetString());
    }

    [Fact]
    public void An_exception_is_written_with_type_and_stack_and_its_message_only_where_it_quotes_nobody()
    {
        var lines = new JsonLines();
        var log = lines.CreateLogger("Portal.Some");
        log.LogError(Thrown(new FormatException("'alice@example.org' is no number")), "Failed");
        log.LogError(Thrown(new IOException("The disk is full", new ArgumentException("alice@example.org"))), "Failed");
        Assert.DoesNotContain("alice", lines.Raw);
        Assert.Contains("System.FormatException", lines.Raw);
        Assert.Contains("LogTests.Thrown", lines.Raw);
        Assert.Contains("The disk is full", lines.Raw);
        Assert.Contains("System.ArgumentException", lines.Raw);
    }

    private static Exception Thrown(Exception error)
    {
        try
        {
            throw error;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }

    private static async Task PlayPatientAsync(PortalWeb web, HashSet<string> secrets)
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        AddPerson(secrets, alice);
        var code = await web.CodeAsync(browser, alice);
        var wrong = code == "000000" ? "111111" : "000000";
        secrets.UnionWith([code, $"{code[..3]} {code[3..]}", .. browser.Cookies.Values]);
        await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", wrong));
        Assert.Equal(303, (await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", code))).Code);
        secrets.UnionWith(browser.Cookies.Values);
        web.Clock.Advance(TimeSpan.FromSeconds(61));
        await browser.SubmitAsync("/riverside/elevate", "send");
        var second = Story.CodeIn((await web.MessageAsync(alice.AuthEmail!, 2)).Text);
        Assert.Equal("/riverside/records", (await browser.SubmitAsync("/riverside/elevate", "code", ("code", second))).Location);
        secrets.UnionWith([second, .. browser.Cookies.Values]);
        foreach (var path in new[] { "", "/records", "/appointments", "/settings", "/nothing-here", "/staff/patients" })
            await browser.GetAsync("/riverside" + path);
        await browser.SubmitAsync("/riverside/sign-out", "sign-out");
        // Somebody whom nobody knows, and a form that is none.
        const string stranger = "a.stranger.indeed@example.org";
        secrets.Add(stranger);
        await web.Browser().AskForCodeAsync(stranger);
        await web.Browser().PostAsync("/riverside/sign-in", ("credential", stranger));
    }

    private static async Task PlayStaffAsync(PortalWeb web, HashSet<string> secrets)
    {
        var (dana, bob) = (web.Staff("dana"), web.NextPatient());
        AddPerson(secrets, bob);
        secrets.UnionWith([dana.Email, dana.Password, dana.TotpSecret, dana.Name]);
        const string wrong = "not-danas-password-at-all";
        secrets.Add(wrong);
        await web.Browser().SubmitAsync("/riverside/staff/sign-in", "staff", ("email", dana.Email), ("password", wrong));
        var browser = await web.StaffAsync("dana");
        secrets.UnionWith([Totp.CodeAt(dana.TotpSecret, web.Clock.GetUtcNow()), .. browser.Cookies.Values]);
        var family = bob.Registration.FamilyName;
        await browser.GetAsync($"/riverside/staff/patients?q={Uri.EscapeDataString(family)}&text={Uri.EscapeDataString(family)}");
        var page = $"/riverside/staff/patients/{bob.Id}/access";
        await browser.GetAsync($"/riverside/staff/patients/{bob.Id}");
        Assert.Equal(303, (await browser.SubmitAsync(page, "invite", ("address", bob.AuthEmail!))).Code);
        var made = await browser.SubmitAsync(
            page, "link", ("purpose", "Portal"), ("days", "7"), ("delivery", "ByHand"), ("once", "true"));
        var invitation = PathIn((await web.MessageAsync(bob.AuthEmail!)).Text);
        var link = PathIn(made.Body);
        foreach (var path in new[] { invitation, link, invitation + "x" })
        {
            secrets.Add(path.Split('/')[^1]);
            await web.Browser().GetAsync(path);
        }

        await browser.GetAsync("/riverside/staff/audit");
    }

    private static void AddPerson(HashSet<string> secrets, DemoPatient patient)
    {
        var (registered, contact) = (patient.Registration, patient.Registration.Contact);
        string?[] personal =
        [
            patient.AuthEmail, patient.AuthMobile, patient.Username, contact.Email, contact.Mobile, contact.HomePhone,
            contact.PostalCode, $"{registered.GivenName} {registered.FamilyName}", registered.BirthDate.ToString("yyyy-MM-dd"),
        ];
        secrets.UnionWith(personal.OfType<string>().Where(value => value.Length > 3));
    }

    private static string PathIn(string text) => Path().Match(text) is { Success: true } match
        ? match.Value
        : throw new InvalidOperationException($"No link in: {text}");

    [GeneratedRegex("/riverside/(invitation|link)/[A-Za-z0-9_-]{20,}")]
    private static partial Regex Path();

    /// <summary>Writes what is logged as production does.</summary>
    private sealed class JsonLines : ILoggerProvider
    {
        private readonly JsonLogFormatter _formatter = new(TimeProvider.System);
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyList<string> All => [.. _lines];

        public string Raw => string.Concat(_lines);

        public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

        public void Dispose()
        {
            // Nothing is held.
        }

        private sealed class Log(JsonLines to, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            void ILogger.Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                using var line = new StringWriter { NewLine = "\n" };
                to._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), null, line);
                to._lines.Enqueue(line.ToString());
            }
        }
    }
}
