using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Grains.Messages;

namespace Portal.Silo.Development;

/// <summary>Shows the messages that would have left the system, with links that can be opened.</summary>
public static partial class MailboxPage
{
    /// <summary>The page.</summary>
    /// <param name="messages">Newest first.</param>
    /// <param name="to">The address that was searched for; null: all.</param>
    public static string Render(IReadOnlyList<MailboxMessage> messages, string? to)
    {
        var page = new StringBuilder("""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Mailbox</title><link rel="stylesheet" href="/portal.css"></head><body class="patient"><main class="page" id="main">
            <h1>Mailbox</h1><p class="lead">What this portal would have sent. It exists in development only.</p>
            """);
        page.Append($"""
            <form class="search" method="get" action="/dev/mailbox" role="search"><div class="field"><label for="to">To</label>
            <input id="to" name="to" value="{WebUtility.HtmlEncode(to)}" autocomplete="off"></div>
            <button class="button secondary" type="submit">Search</button></form>
            """);
        if (messages.Count == 0) page.Append(
            """<div class="empty"><h2>No messages</h2><p>Ask for a code, or send an invitation, and look again.</p></div>""");
        foreach (var message in messages) Append(page, message);
        return page.Append("</main></body></html>").ToString();
    }

    private static void Append(StringBuilder page, MailboxMessage message)
    {
        var heading = message.Subject.Length > 0 ? message.Subject : "Text message";
        page.Append($"""
            <article class="card"><header><h2>{WebUtility.HtmlEncode(heading)}</h2>
            <time datetime="{message.SentAt:O}">{message.SentAt:d MMM yyyy, HH:mm:ss}</time></header>
            <p class="muted">{WebUtility.HtmlEncode(message.Channel)} to {WebUtility.HtmlEncode(message.To)}</p>
            """);
        foreach (var line in message.Text.Split('\n'))
        {
            var text = Address().Replace(WebUtility.HtmlEncode(line), match => $"<a href=\"{match.Value}\">{match.Value}</a>");
            page.Append(text.Trim().Length == 0 ? "" : $"<p>{text}</p>");
        }

        page.Append("</article>");
    }

    [GeneratedRegex(@"https?://[^\s<&]+")]
    private static partial Regex Address();
}
