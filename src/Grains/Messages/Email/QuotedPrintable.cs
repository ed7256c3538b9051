using System.Text;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// Quoted-printable (RFC 2045 6.7) of UTF-8 text: 7-bit, no line over 76 characters, so every mail server takes it as it is. Line breaks of
/// any kind become CRLF.
/// </summary>
internal static class QuotedPrintable
{
    private const int LineLength = 76;
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Encodes; the result ends with CRLF.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + text.Length / 8);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) EncodeLine(encoded, Encoding.UTF8.GetBytes(line));
        return encoded.ToString();
    }

    private static void EncodeLine(StringBuilder encoded, byte[] line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var last = i == line.Length - 1;
            var b = line[i];
            // Servers drop white space at the end of a line, so there it is written out.
            var literal = b is >= 33 and <= 126 and not (byte)'=' || (b is (byte)' ' or (byte)'\t' && !last);
            var width = literal ? 1 : 3;
            // The last column is kept for the "=" of a soft break, except when the line ends here.
            if (column + width > (last ? LineLength : LineLength - 1))
            {
                encoded.Append("=\r\n");
                column = 0;
            }
            if (literal) encoded.Append((char)b);
            else encoded.Append('=').Append(Hex[b >> 4]).Append(Hex[b & 15]);
            column += width;
        }
        encoded.Append("\r\n");
    }
}
