namespace Portal.Web.Shared;

/// <summary>How a control is tied to the texts about it, the same for every kind of field.</summary>
internal static class FieldText
{
    /// <summary><c>aria-describedby</c>: the ids of hint and error; null where there is neither.</summary>
    public static string? DescribedBy(string name, bool hint, bool error) => (hint, error) switch
    {
        (false, false) => null,
        (true, false) => $"{name}-hint",
        (false, true) => $"{name}-error",
        _ => $"{name}-hint {name}-error",
    };

    /// <summary><c>aria-invalid</c>: absent while nothing is wrong.</summary>
    public static string? Invalid(string? message) => message is null ? null : "true";
}
