using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Portal.Grains.Messages.Wording;

/// <summary>Lays a letter out as plain text and as HTML with the same content in the same order.</summary>
internal static class EmailLayout
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private const string DefaultAccent = "#1d5fa8";

    // Colours are written as rgb(): "#005599" would be a second six-digit number beside the code. Mail programs that know dark mode get
    // the second set; others keep the inline one.
    private const string Style = """
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        @media (prefers-color-scheme:dark){
        .page{background:rgb(18,20,24)!important}
        .card{background:rgb(30,33,39)!important}
        .card,.card p,.card h1{color:rgb(232,234,237)!important}
        .small,.card .small{color:rgb(170,176,184)!important}
        .card .code{background:rgb(45,49,57)!important;color:rgb(255,255,255)!important}
        }
        """;

    private const string Font = "system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
    private const string Page = "margin:0;padding:24px 12px;background:rgb(243,244,246)";
    private const string Card = "max-width:560px;margin:0 auto;padding:24px;border-radius:8px;background:rgb(255,255,255);"
        + "font:16px/1.5 " + Font + ";color:rgb(31,35,40)";
    private const string Heading = "margin:0 0 16px;font-size:20px";
    private const string Normal = "margin:0 0 16px";
    private const string Small = "margin:0 0 16px;font-size:14px;overflow-wrap:anywhere;color:rgb(87,96,106)";
    private const string Footer = "max-width:560px;margin:16px auto 0;padding:0 24px;font:14px/1.5 " + Font + ";color:rgb(87,96,106)";
    private const string Digits = "margin:0 0 16px;padding:12px;border-radius:6px;background:rgb(243,244,246);text-align:center;"
        + "font:700 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.2em";
    private const string Button = "display:inline-block;padding:12px 20px;border-radius:6px;font-weight:600;text-decoration:none";

    /// <summary>Plain text, paragraphs apart, lines not broken: the reader's program does that.</summary>
    public static string Text(Letter letter, MessageTemplates.Words words)
    {
        var text = new StringBuilder();
        Line(text, letter.Greeting);
        foreach (var paragraph in letter.Before) Line(text, paragraph);
        if (letter.Code is { } code) Line(text, code);
        if (letter.Action is { } action) Line(text, action.Address);
        if (letter.Deadline is { } deadline) Line(text, deadline);
        foreach (var paragraph in letter.After) Line(text, paragraph);
        text.Append("-- \n").Append(words.Organisation).Append('\n');
        if (words.Contact.Length > 0) text.Append(words.Contact).Append('\n');
        text.Append(Reason(words)).Append('\n');
        return text.ToString();
    }

    /// <summary>One document, 320 px wide and up, in the organisation's colour; everything that people wrote is encoded.</summary>
    public static string Html(Letter letter, MessageTemplates.Words words, string accent)
    {
        var (colour, onColour) = Colours(accent);
        var html = new StringBuilder(4000);
        html.Append($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark"><title>{Encode(letter.Subject)}</title>
            <style>{Style}</style></head>
            <body class="page" style="{Page}">
            <div class="card" style="{Card};border-top:6px solid {colour}">
            <h1 style="{Heading}">{Encode(words.Portal)}</h1>

            """);
        Paragraph(html, letter.Greeting);
        foreach (var paragraph in letter.Before) Paragraph(html, paragraph);
        if (letter.Code is { } code) html.Append($"<p class=\"code\" style=\"{Digits}\">{code}</p>\n");
        if (letter.Action is { } action) Link(html, action.Label, action.Address, $"{Button};background:{colour};color:{onColour}");
        if (letter.Deadline is { } deadline) Paragraph(html, deadline);
        foreach (var paragraph in letter.After) Paragraph(html, paragraph);
        html.Append($"</div>\n<p class=\"small\" style=\"{Footer}\">{Encode(words.Organisation)}<br>\n");
        if (words.Contact.Length > 0) html.Append($"{Encode(words.Contact)}<br>\n");
        return html.Append($"{Encode(Reason(words))}</p></body></html>\n").ToString();
    }

    private static string Reason(MessageTemplates.Words words) => $"You get this message as {words.APatient} of {words.Organisation}.";

    private static void Line(StringBuilder text, string paragraph) => text.Append(paragraph).Append("\n\n");

    private static void Paragraph(StringBuilder html, string text) => html.Append($"<p style=\"{Normal}\">{Encode(text)}</p>\n");

    // The address is written out as well: where it leads can be read before it is pressed, and copied.
    private static void Link(StringBuilder html, string label, string address, string style)
    {
        var encoded = Encode(address);
        html.Append($"<p style=\"{Normal}\"><a href=\"{encoded}\" style=\"{style}\">{Encode(label)}</a></p>\n");
        html.Append($"<p class=\"small\" style=\"{Small}\">{encoded}</p>\n");
    }

    private static string Encode(string text) => Encoder.Encode(text);

    /// <summary>
    /// The accent and black or white on it, whichever has the greater contrast (WCAG 2.2, relative luminance); at least 4.58 : 1 for any
    /// colour.
    /// </summary>
    private static (string Colour, string OnColour) Colours(string accent)
    {
        if (accent.Length != 7 || accent[0] != '#' || !accent.AsSpan(1).ToString().All(char.IsAsciiHexDigit)) accent = DefaultAccent;
        var red = Channel(accent, 1);
        var green = Channel(accent, 3);
        var blue = Channel(accent, 5);
        var luminance = 0.2126 * Linear(red) + 0.7152 * Linear(green) + 0.0722 * Linear(blue);
        var white = 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05;
        return ($"rgb({red},{green},{blue})", white ? "rgb(255,255,255)" : "rgb(0,0,0)");
    }

    private static int Channel(string accent, int at) =>
        int.Parse(accent.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static double Linear(int channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
