using Portal.Grains.Embedded;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>The journey of a value through a call of the embedded engine.</summary>
internal static class RoundTrips
{
    public static object Call(object value) => RoundTrip.CopyObject(value);
}
