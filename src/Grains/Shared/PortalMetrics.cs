using System.Diagnostics.Metrics;

namespace Portal.Grains.Shared;

/// <summary>
/// The meter <c>Portal</c>. Its instruments lie in the features. Labels name outcomes, ways and reasons out of fixed lists, never a person
/// nor an organisation: with thousands of clinics there would be thousands of times as many series. The audit log has the organisation.
/// </summary>
public static class PortalMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Portal";

    /// <summary>The meter; lives as long as the process.</summary>
    public static Meter Meter { get; } = new(MeterName);
}
