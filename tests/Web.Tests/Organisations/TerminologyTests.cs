using System.Net;
using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Organisations;

/// <summary>A clinic that has words of its own: none of the standard ones is left on any page that its people can reach.</summary>
public sealed partial class TerminologyTests : IDisposable
{
    private const int MostPages = 200;
    private const string NotRead = "<script.*?</script>|<link[^>]*>|<meta[^>]*>|<div class=\"hint\"[^>]*>Standard: .*?</div>"
        + "|<span class=\"mono\">.*?</span>|Demo: shows what [a-z ]+";

    private readonly PortalWeb _web = new();

    private static readonly Labels Own = new()
    {
        Patient = "client",
        Patients = "clients",
        Practitioner = "therapist",
        Practitioners = "therapists",
        Appointment = "session",
        Appointments = "sessions",
    };

    [Fact]
    public async Task A_clinic_with_words_of_its_own_shows_none_of_the_standard_ones_to_anybody()
    {
        await ChooseAsync();
        var (alice, link) = (_web.NextPatient(), "/riverside/link/nothing");
        var patient = _web.Browser();
        await _web.SignInAsync(patient, alice);
        var staff = await _web.StaffAsync("erin");
        // An action of each kind, so that their rows and messages are seen too.
        var access = $"/riverside/staff/patients/{alice.Id}/access";
        await staff.FillAsync(access, "block", ("reason", "A test"));
        await staff.FillAsync(access, "unblock");
        await patient.GetAsync("/riverside");

        List<string> found = [];
        await CrawlAsync(_web.Browser(), found, "/riverside/sign-in", link, "/riverside/invitation/nothing", "/riverside/reset/nothing",
            "/riverside/not-enabled", "/riverside/refused?why=ended", "/riverside/staff/sign-in", "/riverside/nothing-here");
        var again = _web.Browser();
        _web.Clock.Advance(TimeSpan.FromMinutes(2));
        await _web.SignInAsync(again, _web.NextPatient());
        await CrawlAsync(again, found, "/riverside", "/riverside/elevate");
        await CrawlAsync(staff, found, "/riverside/staff/patients", access, "/riverside/staff/audit");
        Assert.True(found.Count == 0, string.Join('\n', found.Distinct()));
        Assert.Contains("Clients", (await staff.GetAsync("/riverside/staff/patients")).Body);
        Assert.Contains("Your next sessions", (await again.GetAsync("/riverside")).Body);
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private async Task ChooseAsync()
    {
        CallerContext.Set(new Principal
        {
            Kind = PrincipalKind.Staff,
            Organisation = "riverside",
            Subject = _web.Staff("erin").Id,
            Role = StaffRole.Admin,
        });
        var organisation = _web.Grains.GetGrain<IOrganisationGrain>("riverside");
        var settings = await organisation.GetSettings() with { Labels = Own, PortalName = "Riverside online", WelcomeMessage = "" };
        Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(settings));
        CallerContext.Set(null);
    }

    // Follows every link within the clinic, one page of each kind.
    private static async Task CrawlAsync(Browser browser, List<string> found, params string[] from)
    {
        var (waiting, seen) = (new Queue<string>(from), new HashSet<string>());
        while (waiting.TryDequeue(out var path) && seen.Count < MostPages)
        {
            if (!seen.Add(Id().Replace(path, "*"))) continue;
            var answer = await browser.GetAsync(path);
            Assert.True(answer.Code is 200 or 303 or 404 or 410, $"{path}: {answer.Code}");
            if (answer.Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) != true) continue;
            found.AddRange(Standard().Matches(Shown(answer.Body)).Select(m => $"{Id().Replace(path, "*")}: {m.Value}"));
            foreach (Match link in Link().Matches(answer.Body)) waiting.Enqueue(WebUtility.HtmlDecode(link.Groups[1].Value).Split('#')[0]);
        }

        Assert.NotEmpty(seen);
    }

    // What is read or heard: text, and the attributes that are. The settings name the standard where its own word is entered.
    private static string Shown(string body)
    {
        var text = Unread().Replace(body, "");
        var spoken = Spoken().Matches(text).Select(m => m.Groups[1].Value);
        return WebUtility.HtmlDecode(Tag().Replace(text, " ") + " " + string.Join(" | ", spoken));
    }

    [GeneratedRegex(NotRead, RegexOptions.Singleline)]
    private static partial Regex Unread();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(" (?:aria-label|aria-description|title|alt|placeholder|data-label|data-words)=\"([^\"]*)\"")]
    private static partial Regex Spoken();

    [GeneratedRegex(@".{0,40}\b(?:patient|practitioner|appointment)s?\b.{0,30}", RegexOptions.IgnoreCase)]
    private static partial Regex Standard();

    [GeneratedRegex("href=\"(/riverside(?:/[^\"]*)?)\"")]
    private static partial Regex Link();

    [GeneratedRegex("p-[a-z2-7]{16}|(?<==)[^&]+")]
    private static partial Regex Id();
}
