using Microsoft.AspNetCore.Http;

namespace Portal.Web.Shared;

/// <summary>
/// Requests for the head of a page only, as mail scanners and link previews make them. They are answered as a page is, and are no use of
/// it: not even of the session whose cookie they bring.
/// </summary>
public static class HeadRequest
{
    private static readonly object Mark = new();

    /// <summary>Notes that this is one, before it goes on as GET.</summary>
    public static void Note(HttpContext context) => context.Items[Mark] = Mark;

    /// <summary>Whether this is one.</summary>
    public static bool Is(HttpContext context) => context.Items.ContainsKey(Mark);
}
