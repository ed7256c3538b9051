using System.Globalization;

namespace Portal.Silo.Settings;

/// <summary>One key of the configuration: what it may hold, and what to say when it holds something else.</summary>
/// <param name="Key">The key, with <c>:</c>; in environment variables that is <c>__</c>.</param>
/// <param name="Expects">What would be right, as the end of a sentence: "a whole number from 1 to 100".</param>
/// <param name="Accepts">Whether a value is right. Asked of values that are there and not empty.</param>
public sealed record Setting(string Key, string Expects, Func<string, bool> Accepts)
{
    /// <summary>Whether the value may be shown to nobody: no message repeats it, and it can come from a file.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it is refused outside Development.</summary>
    public bool DevelopmentOnly { get; init; }

    /// <summary>The key that names a file which holds the value; null where only the value itself can be given.</summary>
    public string? FileKey => IsSecret ? Key + FileSuffix : null;

    /// <summary>What the name of a secret gets at its end to name a file instead.</summary>
    public const string FileSuffix = "File";

    /// <summary>Any text.</summary>
    public static Setting Text(string key, string expects = "text") => new(key, expects, _ => true);

    /// <summary>A whole number, both ends included.</summary>
    public static Setting Number(string key, int from, int to) => new(key, $"a whole number from {from} to {to}", value =>
        int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to);

    /// <summary>A length of time as <c>hours:minutes:seconds</c>, both ends included.</summary>
    public static Setting Span(string key, TimeSpan from, TimeSpan to) =>
        new(key, $"hours:minutes:seconds from {from:c} to {to:c}", value =>
            TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) && span >= from && span <= to);

    /// <summary>Yes or no.</summary>
    public static Setting YesNo(string key) => new(key, "true or false", value => bool.TryParse(value, out _));

    /// <summary>One of some words, in any case.</summary>
    public static Setting OneOf(string key, params string[] words) =>
        new(key, string.Join(" or ", words), value => words.Contains(value, StringComparer.OrdinalIgnoreCase));

    /// <summary>Scheme, host and port, without a path.</summary>
    public static Setting Root(string key, string example) => new(key, $"an address like {example}", IsRoot);

    /// <summary>A file that is there.</summary>
    public static Setting File(string key) => new(key, "the path of a file that is there and can be read", System.IO.File.Exists);

    /// <summary>A folder that is there.</summary>
    public static Setting Folder(string key) => new(key, "the path of a folder that is there", Directory.Exists);

    private static bool IsRoot(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var root) && root.Scheme is "http" or "https"
        && root is { PathAndQuery: "/", UserInfo: "", Fragment: "" };
}
