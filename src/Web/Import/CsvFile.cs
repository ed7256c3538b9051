using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Portal.Web.Import;

/// <summary>Why a file cannot be read.</summary>
public sealed class ImportFileException(string problem) : Exception(problem)
{
    /// <summary>The stable name of the problem: see <see cref="ImportWording.Problem"/>.</summary>
    public string Problem { get; } = problem;
}

/// <summary>
/// Reads a file of rows as RFC 4180 has it: UTF-8, with or without byte order mark; separated by commas, semicolons or tabs; with quoted
/// cells that hold separators and line breaks. One record is in memory at a time.
/// </summary>
public static class CsvFile
{
    /// <summary>Bytes that are looked at to find the separator. Ours.</summary>
    public const int Sample = 64 * 1024;

    // A quote that is never closed would make one cell of the rest of the file. Ours.
    private const int LongestCell = 20_000;

    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>The records, the header first. Empty lines are left out.</summary>
    /// <param name="file">The file, from its beginning.</param>
    /// <param name="separator">What separates cells; null: the one that the first line has most of.</param>
    /// <exception cref="ImportFileException">It is no UTF-8, or a quote is not closed.</exception>
    public static async IAsyncEnumerable<string[]> ReadAsync(Stream file, char? separator)
    {
        var found = separator ?? await DetectAsync(file);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = found.ToString(),
            Mode = CsvMode.RFC4180,
            BadDataFound = null,
            MaxFieldSize = LongestCell,
            IgnoreBlankLines = true,
        };
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), true, leaveOpen: true);
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        while (await NextAsync(parser))
        {
            if (parser.Record is { } record && record.Any(cell => cell.Length > 0)) yield return record;
        }
    }

    /// <summary>The separator that is most frequent outside quotes in the first line; a comma where there is none.</summary>
    public static char Detect(string text)
    {
        var counts = new int[Separators.Length];
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c is '\n' or '\r' && counts.Any(count => count > 0)) break;
            var at = Array.IndexOf(Separators, c);
            if (at >= 0) counts[at]++;
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    private static async Task<char> DetectAsync(Stream file)
    {
        var bytes = new byte[Sample];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return Detect(Encoding.UTF8.GetString(bytes, 0, length));
    }

    private static async Task<bool> NextAsync(CsvParser parser)
    {
        try
        {
            return await parser.ReadAsync();
        }
        catch (DecoderFallbackException)
        {
            throw new ImportFileException("encoding");
        }
        catch (MaxFieldSizeException)
        {
            throw new ImportFileException("quote");
        }
    }
}
