using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Reads a mail the way a mail program does, by rules of its own, so that it does not share the writer's mistakes.</summary>
internal sealed partial class ParsedMail
{
    private readonly Dictionary<string, string> _headers;

    private ParsedMail(Dictionary<string, string> headers, IReadOnlyList<(string Type, string Content)> parts) =>
        (_headers, Parts) = (headers, parts);

    public string this[string header] => _headers[header];

    public IReadOnlyList<(string Type, string Content)> Parts { get; }

    public static ParsedMail Parse(string raw)
    {
        var (headers, body) = Split(raw);
        var boundary = Boundary().Match(headers["Content-Type"]).Groups[1].Value;
        Assert.NotEmpty(boundary);
        var sections = body.Split("--" + boundary);
        Assert.StartsWith("--", sections[^1]);
        var parts = sections[1..^1].Select(section =>
        {
            var (partHeaders, content) = Split(section[2..]);
            Assert.Equal("quoted-printable", partHeaders["Content-Transfer-Encoding"]);
            return (partHeaders["Content-Type"], Unquote(content));
        });
        return new ParsedMail(headers, [.. parts]);
    }

    public static string Unquote(string encoded)
    {
        var bytes = new List<byte>();
        var text = encoded.Replace("=\r\n", "", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=') bytes.Add(checked((byte)text[i]));
            else bytes.Add(Convert.ToByte(text.Substring((i += 2) - 1, 2), 16));
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string section)
    {
        var end = section.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var unfolded = Folding().Replace(section[..end], " ");
        var headers = unfolded.Split("\r\n").Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => Decode(pair[1]));
        return (headers, section[(end + 4)..]);
    }

    // White space between two encoded words belongs to neither.
    private static string Decode(string value) => EncodedWord().Replace(Between().Replace(value, "?==?"),
        word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value)));

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\r\n[ \t]+")]
    private static partial Regex Folding();

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?utf-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();
}
