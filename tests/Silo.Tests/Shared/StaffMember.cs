using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Grains.Shared;

namespace Portal.Silo.Tests.Shared;

/// <summary>A signed-in browser of the demo's administrator, at a process that runs in Development.</summary>
public sealed partial class StaffMember : IDisposable
{
    private StaffMember(HttpClient http) => Http = http;

    /// <summary>Has the cookies.</summary>
    public HttpClient Http { get; }

    /// <summary>Signs in with password and authenticator.</summary>
    public static async Task<StaffMember> SignInAsync(string address)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        var demo = await http.GetFromJsonAsync<List<Organisation>>("/dev/demo.json", JsonSerializerOptions.Web);
        var erin = demo!.Single(o => o.OrganisationName == "riverside").Staff.Single(s => s.Role == "admin");
        var clock = await http.GetFromJsonAsync<Clock>("/dev/clock", JsonSerializerOptions.Web);
        await SubmitAsync(http, "/riverside/staff/sign-in", "staff", ("email", erin.Email), ("password", erin.Password));
        await SubmitAsync(http, "/riverside/staff/sign-in/code", "code", ("code", Totp.CodeAt(erin.TotpSecret, clock!.Now)));
        return new StaffMember(http);
    }

    public void Dispose() => Http.Dispose();

    private static async Task SubmitAsync(HttpClient http, string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await http.GetStringAsync(path);
        var values = fields.ToDictionary(f => f.Name, f => f.Value);
        values["_handler"] = form;
        values["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(page).Groups[1].Value);
        var answer = await http.PostAsync(path, new FormUrlEncodedContent(values));
        if (answer.StatusCode != HttpStatusCode.SeeOther)
            throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    private sealed record Clock(DateTimeOffset Now);

    private sealed record Person(string Email, string Password, string Role, string TotpSecret);

    private sealed record Organisation(
        [property: System.Text.Json.Serialization.JsonPropertyName("organisation")] string OrganisationName, List<Person> Staff);
}
