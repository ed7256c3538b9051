using Portal.Grains.Embedded;

namespace Orleans.Runtime;

/// <summary>
/// Values that travel with every call made from here on, and with the calls those lead to; changes never travel back. Values have to be of
/// types that may cross a grain interface.
/// </summary>
public static class RequestContext
{
    /// <summary>The names that are set.</summary>
    public static IEnumerable<string> Keys => Frame.Current?.Values?.Keys ?? Enumerable.Empty<string>();

    /// <summary>Names and values.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries =>
        Frame.Current?.Values ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>The value of that name, or null.</summary>
    public static object? Get(string key) => Frame.Current?.Values is { } values && values.TryGetValue(key, out var value) ? value : null;

    /// <summary>Sets a value for the rest of this asynchronous flow.</summary>
    public static void Set(string key, object value)
    {
        var values = Frame.Current?.Values is { } old ? new Dictionary<string, object>(old) : [];
        values[key] = value;
        Frame.Replace(values);
    }

    /// <summary>Removes a value for the rest of this asynchronous flow.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Remove(string key)
    {
        if (Frame.Current?.Values is not { } old || !old.ContainsKey(key)) return false;
        var values = new Dictionary<string, object>(old);
        values.Remove(key);
        Frame.Replace(values.Count == 0 ? null : values);
        return true;
    }

    /// <summary>Removes all values for the rest of this asynchronous flow.</summary>
    public static void Clear()
    {
        if (Frame.Current?.Values is not null) Frame.Replace(null);
    }
}
