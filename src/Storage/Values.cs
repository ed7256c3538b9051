namespace Portal.Storage;

/// <summary>The parameter values both dialects store alike.</summary>
internal static class Values
{
    /// <summary>Refuses a unit that could only fail in the writer, so that it fails at its caller instead.</summary>
    public static void Check(WriteUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (unit.Statements.Length == 0) throw new ArgumentException("A unit has at least one statement.", nameof(unit));
        foreach (var statement in unit.Statements)
        {
            foreach (var (name, value) in statement.Parameters) Check(name, value);
        }
    }

    /// <summary>Refuses a value that the dialects would not store alike.</summary>
    public static void Check(string name, object? value)
    {
        switch (value)
        {
            case null or long or int or bool or DateTimeOffset or byte[]:
                return;
            case string text when IsStorable(text):
                return;
            case double number when !double.IsNaN(number):
                return;
            case string:
                throw new ArgumentException($"The text of parameter '{name}' holds U+0000 or half a surrogate pair.");
            case double:
                throw new ArgumentException($"The value of parameter '{name}' is not a number.");
            default:
                throw new ArgumentException($"Parameter '{name}' is a {value.GetType().Name}; "
                    + "only string, long, int, bool, DateTimeOffset, byte[], double and null can be stored.");
        }
    }

    private static bool IsStorable(string text)
    {
        if (text.Contains('\0')) return false;
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0) return true;
        for (; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[++at])) return false;
        }

        return true;
    }
}
