using System.Net;
using System.Text.RegularExpressions;

namespace Portal.Web.Tests.Shared;

/// <summary>An answer, read to its end.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body as text.</param>
/// <param name="Response">Its headers.</param>
public sealed record Answer(HttpStatusCode Status, string Body, HttpResponseMessage Response)
{
    /// <summary>The status as a number.</summary>
    public int Code => (int)Status;

    /// <summary>Where a redirect leads; empty where there is none.</summary>
    public string Location => Response.Headers.Location?.OriginalString ?? "";

    /// <summary>The cookies that are set, as they came.</summary>
    public IReadOnlyList<string> SetCookies => Response.Headers.TryGetValues("Set-Cookie", out var all) ? [.. all] : [];

    /// <summary>A header's value; null where there is none.</summary>
    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var own) || Response.Content.Headers.TryGetValues(name, out own)
            ? string.Join(", ", own)
            : null;

    /// <summary>The antiforgery token of the page's forms.</summary>
    public string FormToken => Browser.TokenIn(Body) ?? throw new InvalidOperationException($"No form in the answer {Code}: {Body}");
}

/// <summary>A browser without scripts: keeps cookies, follows nothing, fills in forms. Its cookies can be read and forged.</summary>
/// <param name="handler">Reaches the portal.</param>
/// <param name="address">Where the portal is.</param>
public sealed partial class Browser(HttpMessageHandler handler, Uri address)
{
    private readonly HttpClient _client = new(handler) { BaseAddress = address };

    /// <summary>The cookies by name.</summary>
    public Dictionary<string, string> Cookies { get; init; } = [];

    /// <summary>Opens an address.</summary>
    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts fields as they are.</summary>
    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Form(fields) });

    /// <summary>Opens a page, fills in one of its forms and sends it.</summary>
    public async Task<Answer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields) =>
        await SubmitAsync(await GetAsync(path), path, form, fields);

    /// <summary>Fills in a form of a page that is open and sends it.</summary>
    public Task<Answer> SubmitAsync(Answer page, string path, string form, params (string Name, string Value)[] fields) =>
        PostAsync(path, [("_handler", form), ("__RequestVerificationToken", page.FormToken), .. fields]);

    /// <summary>Sends anything, with the cookies.</summary>
    /// <param name="request">The request.</param>
    /// <param name="keep">Whether the answer's cookies are kept: not by requests sent at once.</param>
    public async Task<Answer> SendAsync(HttpRequestMessage request, bool keep = true)
    {
        var cookies = string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}"));
        if (cookies.Length > 0) request.Headers.TryAddWithoutValidation("Cookie", cookies);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        var response = await _client.SendAsync(request);
        var answer = new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
        if (keep) Keep(answer);
        return answer;
    }

    /// <summary>A copy with the same cookies, as a thief or a second tab has them.</summary>
    public Browser Copy() => new(handler, address) { Cookies = new(Cookies) };

    /// <summary>The antiforgery token in a page; null where it has no form.</summary>
    public static string? TokenIn(string body) =>
        FormToken().Match(body) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    /// <summary>Fields as a browser sends them, of any length.</summary>
    public static HttpContent Form(params (string Name, string Value)[] fields) => new StringContent(
        string.Join('&', fields.Select(f => $"{WebUtility.UrlEncode(f.Name)}={WebUtility.UrlEncode(f.Value)}")),
        new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));

    private void Keep(Answer answer)
    {
        foreach (var cookie in answer.SetCookies)
        {
            var (name, value) = (cookie[..cookie.IndexOf('=')], cookie[(cookie.IndexOf('=') + 1)..].Split(';')[0]);
            if (value.Length == 0) Cookies.Remove(name);
            else Cookies[name] = value;
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
