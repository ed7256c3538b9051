using System.Net;
using System.Text.RegularExpressions;

namespace Portal.Web.Tests.Shared;

/// <summary>A form of a page as a browser would send it untouched, and with some fields filled in.</summary>
public static partial class FormFields
{
    /// <summary>The fields of a form with what stands in them; ticks that are not set are left out, buttons too.</summary>
    /// <param name="body">The page.</param>
    /// <param name="form">The form's name.</param>
    /// <param name="filled">Other values; a null takes a field out, as taking a tick away does.</param>
    public static (string Name, string Value)[] Of(string body, string form, params (string Name, string? Value)[] filled)
    {
        var start = body.IndexOf($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal);
        var from = body.LastIndexOf("<form", start, StringComparison.Ordinal);
        var part = body[from..body.IndexOf("</form>", start, StringComparison.Ordinal)];
        var fields = Inputs().Matches(part).Select(m => m.Value)
            .Where(i => Attribute(i, "name") is not null && Attribute(i, "type") is not ("file" or "submit"))
            .Where(i => Attribute(i, "type") is not ("checkbox" or "radio") || i.Contains(" checked", StringComparison.Ordinal))
            .Select(i => (Attribute(i, "name")!, Attribute(i, "value") ?? ""))
            .Concat(Selects().Matches(part)
                .Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(Selected().Match(m.Value).Groups[1].Value))))
            .Where(f => !filled.Any(o => o.Name == f.Item1))
            .ToList();
        return [.. fields, .. filled.Where(f => f.Value is not null).Select(f => (f.Name, f.Value!))];
    }

    /// <summary>Sends a form of an open page with some fields filled in.</summary>
    public static Task<Answer> FillAsync(
        this Browser browser, Answer page, string path, string form, params (string Name, string? Value)[] filled) =>
        browser.PostAsync(path, Of(page.Body, form, filled));

    /// <summary>Opens a page, fills in some fields of a form and sends it.</summary>
    public static async Task<Answer> FillAsync(
        this Browser browser, string path, string form, params (string Name, string? Value)[] filled) =>
        await browser.FillAsync(await browser.GetAsync(path), path, form, filled);

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $" {name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Inputs();

    [GeneratedRegex("<select[^>]* name=\"([^\"]+)\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("<option[^>]*value=\"([^\"]*)\"[^>]* selected")]
    private static partial Regex Selected();
}
