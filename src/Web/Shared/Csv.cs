namespace Portal.Web.Shared;

/// <summary>Files that spreadsheets open.</summary>
public static class Csv
{
    /// <summary>Their media type.</summary>
    public const string MediaType = "text/csv; charset=utf-8";

    /// <summary>Begins a file: spreadsheets take one without a byte order mark for something else than UTF-8.</summary>
    public const string Start = "\uFEFF";

    /// <summary>
    /// A line as RFC 4180 has it. A cell that a spreadsheet would take for a formula has an apostrophe before it (OWASP, CSV injection):
    /// what is in a file comes from people outside.
    /// </summary>
    public static string Line(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string text)
    {
        var start = text.TrimStart(' ');
        var safe = start.Length > 0 && start[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|' or '%' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
