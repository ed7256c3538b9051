namespace Portal.Grains.Embedded;

/// <summary>What becomes of a value that crosses a grain interface; for tests of contracts.</summary>
public static class RoundTrip
{
    /// <summary>The value as a grain would get it: copied throughout, without the members that do not survive.</summary>
    /// <exception cref="NotSupportedException">It cannot cross; the message names the type and the member.</exception>
    public static T Copy<T>(T value)
    {
        Copiers.CopyAll = true;
        try
        {
            return Copier<T>.Copy(value);
        }
        finally
        {
            Copiers.CopyAll = false;
        }
    }

    /// <summary>Same as <see cref="Copy{T}"/> for a value whose type is known only at run time.</summary>
    public static object CopyObject(object value)
    {
        Copiers.CopyAll = true;
        try
        {
            return Copiers.Of(value.GetType()).CopyObject(value);
        }
        finally
        {
            Copiers.CopyAll = false;
        }
    }

    /// <summary>Whether values of a type can cross, all its members included.</summary>
    /// <exception cref="NotSupportedException">They cannot; the message names the type and the member.</exception>
    public static void Check(Type type) => Copiers.Of(type).Check();
}
