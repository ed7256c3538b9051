using System.Globalization;
using System.Text;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// Writes header fields (RFC 5322 2.2, RFC 2047). A value with a line break or another control character is refused: it could start a
/// field of its own.
/// </summary>
internal static class MimeHeader
{
    /// <summary>Characters of a line, without its end, that are not exceeded where there is a place to break (RFC 5322 2.1.1).</summary>
    private const int LineLength = 76;

    // A line with an encoded word has 76 characters at most (RFC 2047 2): "Subject: =?utf-8?B?", 52 of base64, "?=" are 73.
    private const int BytesInWord = 39;

    /// <summary>A field whose value is ASCII already, such as an address or a date.</summary>
    /// <exception cref="ArgumentException">The value has a control character.</exception>
    public static void Write(StringBuilder header, string name, string value)
    {
        RefuseControls(name, value);
        header.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <summary>A field of free text, encoded where it is not plain ASCII and folded where it is long.</summary>
    /// <exception cref="ArgumentException">The value has a control character.</exception>
    public static void WriteText(StringBuilder header, string name, string value)
    {
        RefuseControls(name, value);
        header.Append(name).Append(": ").Append(IsPlain(value, LineLength - name.Length - 2) ? value : EncodedWords(value)).Append("\r\n");
    }

    /// <summary>A field with one address and the name shown with it.</summary>
    /// <exception cref="ArgumentException">
    /// The name or the address has a control character, or the address a space or an angle bracket.
    /// </exception>
    public static void WriteMailbox(StringBuilder header, string name, string display, string address)
    {
        RefuseControls(name, display);
        RefuseControls(name, address);
        if (address.AsSpan().ContainsAny(" <>")) throw new ArgumentException($"The address of {name} is none.");
        header.Append(name).Append(": ");
        if (display.Length > 0) header.Append(Phrase(display)).Append("\r\n <").Append(address).Append('>');
        else header.Append(address);
        header.Append("\r\n");
    }

    /// <summary>The instant in the form of RFC 5322 3.3, in UTC.</summary>
    public static string Date(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    private static string Phrase(string display) => !IsPlain(display, LineLength - 10)
        ? EncodedWords(display)
        : '"' + display.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    // What looks like an encoded word would be decoded by the reader, so it is encoded itself.
    private static bool IsPlain(string value, int longest) =>
        value.Length <= longest && Ascii.IsValid(value) && !value.Contains("=?", StringComparison.Ordinal);

    /// <summary>Base64 words of whole characters, one a line; readers join them again without the white space between.</summary>
    private static string EncodedWords(string value)
    {
        var words = new StringBuilder();
        Span<byte> bytes = stackalloc byte[BytesInWord];
        var used = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > BytesInWord)
            {
                Append(words, bytes[..used]);
                used = 0;
            }
            used += rune.EncodeToUtf8(bytes[used..]);
        }
        if (used > 0) Append(words, bytes[..used]);
        return words.ToString();
    }

    private static void Append(StringBuilder words, ReadOnlySpan<byte> bytes)
    {
        if (words.Length > 0) words.Append("\r\n ");
        words.Append("=?utf-8?B?").Append(Convert.ToBase64String(bytes)).Append("?=");
    }

    private static void RefuseControls(string name, string value)
    {
        // The value is not repeated: it is somebody's address or name.
        if (value.Any(char.IsControl)) throw new ArgumentException($"{name} has a control character in its value.");
    }
}
