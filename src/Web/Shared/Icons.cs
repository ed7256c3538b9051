using Microsoft.AspNetCore.Components;

namespace Portal.Web.Shared;

/// <summary>The pictures of the portal, as strokes on a grid of 24.</summary>
public static class Icons
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["alert"] = "M12 3 2 20h20L12 3ZM12 10v4.5M12 17.4v.1",
        ["audit"] = "M3 12h4l3 8 4-16 3 8h4",
        ["back"] = "M15 5l-7 7 7 7",
        ["block"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM5.6 5.6l12.8 12.8",
        ["calendar"] = "M4 6h16v15H4ZM4 11h16M8 3v5M16 3v5",
        ["card"] = "M3 6h18v13H3ZM3 10.5h18M7 15h4",
        ["chart"] = "M4 4v16h16M8 16v-5M12.5 16V7M17 16v-7",
        ["check"] = "M4.5 12.5 10 18 19.5 7",
        ["clock"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.5V12l3 2",
        ["close"] = "M6 6l12 12M18 6 6 18",
        ["copy"] = "M9 9h11v11H9ZM15 9V4H4v11h5",
        ["device"] = "M8 3h8v18H8ZM11 18h2",
        ["document"] = "M6 3h8l4 4v14H6ZM14 3v4h4M9 12h6M9 16h6",
        ["download"] = "M12 4v11M7 11l5 5 5-5M5 20h14",
        ["edit"] = "M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3",
        ["external"] = "M14 4h6v6M20 4l-9 9M18 13v7H4V6h7",
        ["eye"] = "M2 12c3-5 6.5-7 10-7s7 2 10 7c-3 5-6.5 7-10 7s-7-2-10-7ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
        ["form"] = "M6 4h12v17H6ZM9 2.8h6v3H9ZM9 11h6M9 15h4",
        ["heart"] = "M12 20S3.5 15 3.5 9A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2c0 6-8.5 11-8.5 11Z",
        ["help"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M12 16.6v.1",
        ["home"] = "M4 11l8-7 8 7v9h-5v-6H9v6H4Z",
        ["inbox"] = "M4 5h16v14H4ZM4 14h5l1 2h4l1-2h5",
        ["info"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.6v.1",
        ["key"] = "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM11 12l9-9M16 7l3 3",
        ["link"] = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
        ["lock"] = "M6 11h12v10H6ZM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
        ["mail"] = "M3 6h18v13H3ZM3 7l9 7 9-7",
        ["menu"] = "M4 7h16M4 12h16M4 17h16",
        ["more"] = "M5 12h.1M12 12h.1M19 12h.1",
        ["next"] = "M9 5l7 7-7 7",
        ["phone"] = "M6 3h3.5l1.5 5-2 1.5a12 12 0 0 0 5.5 5.5l1.5-2 5 1.5V18a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3Z",
        ["plus"] = "M12 5v14M5 12h14",
        ["print"] = "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7Z",
        ["qr"] = "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2v2h-2ZM18 18h2v2h-2ZM19 14h1M14 19v1",
        ["refresh"] = "M20 11a8 8 0 0 0-14.5-3.5L4 9M4 4v5h5M4 13a8 8 0 0 0 14.5 3.5L20 15M20 20v-5h-5",
        ["search"] = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
        ["settings"] =
            "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4ZM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z",
        ["shield"] = "M12 3l8 3v6c0 4.5-3.3 7.6-8 9-4.7-1.4-8-4.5-8-9V6ZM8.5 12l2.5 2.5 4.5-5",
        ["sign-out"] = "M10 4H4v16h6M15 8l4 4-4 4M19 12H9",
        ["user"] = "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6",
        ["users"] =
            "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20c.6-3.7 3.2-5.5 6.5-5.5s5.9 1.8 6.5 5.5"
            + "M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 15c2 .8 3.2 2.5 3.5 5",
    };

    private static readonly Dictionary<string, MarkupString> Drawn = Paths.ToDictionary(
        icon => icon.Key,
        icon => new MarkupString(
            $"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{icon.Value}\" /></svg>"),
        StringComparer.Ordinal);

    /// <summary>
    /// A picture beside words, never instead of them: hidden from screen readers. An unknown name draws nothing. Markup rather than a
    /// component, because menus are on every page and each component costs more than the picture.
    /// </summary>
    public static MarkupString Draw(string name) => Drawn.GetValueOrDefault(name);

    /// <summary>Every name.</summary>
    public static IReadOnlyCollection<string> All => Paths.Keys;
}
