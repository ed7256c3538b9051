namespace Portal.Web.Shared;

/// <summary>What a badge, banner or timeline entry means; colour never says it alone, its words do.</summary>
public enum Tone
{
    /// <summary>No judgement.</summary>
    Neutral,

    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Done, active, verified.</summary>
    Success,

    /// <summary>Needs attention.</summary>
    Warning,

    /// <summary>Refused, failed, blocked.</summary>
    Danger,
}

/// <summary>The weight of a button. One primary at most on a page.</summary>
public enum ButtonKind
{
    /// <summary>The page's main act.</summary>
    Primary,

    /// <summary>Any other act.</summary>
    Secondary,

    /// <summary>An act that takes something away.</summary>
    Danger,

    /// <summary>An act that looks like a link.</summary>
    Link,
}

/// <summary>The style sheet's names.</summary>
internal static class Names
{
    public static string Of(Tone tone) => tone switch
    {
        Tone.Info => "info",
        Tone.Success => "success",
        Tone.Warning => "warning",
        Tone.Danger => "danger",
        _ => "",
    };

    public static string Of(ButtonKind kind, bool small) => (kind, small) switch
    {
        (ButtonKind.Secondary, false) => "button secondary",
        (ButtonKind.Secondary, true) => "button secondary small",
        (ButtonKind.Danger, false) => "button danger",
        (ButtonKind.Danger, true) => "button danger small",
        (ButtonKind.Link, false) => "button link",
        (ButtonKind.Link, true) => "button link small",
        (_, true) => "button small",
        _ => "button",
    };
}
