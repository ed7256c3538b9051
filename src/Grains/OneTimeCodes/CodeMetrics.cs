using System.Diagnostics.Metrics;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// Counts requests of codes: what was sent or withheld as the audit log is told of it, and what a budget refused, of which it is not told.
/// </summary>
public static class CodeMetrics
{
    private static readonly Counter<long> Codes = PortalMetrics.Meter.CreateCounter<long>(
        "portal.codes", "{code}", "Requests of codes by outcome (sent, withheld, refused), purpose and reason");

    /// <summary>A request that a budget of its credential refused.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="reason"><c>too-many-sends</c> or <c>too-many-guesses</c>.</param>
    internal static void Refused(CodePurpose purpose, string reason) => Count("refused", CodeDispatch.Name(purpose), reason);

    /// <summary>A request as its audit entry has it.</summary>
    internal static void Count(string outcome, string purpose, string reason) =>
        Codes.Add(1, new("outcome", outcome), new("purpose", purpose), new("reason", reason));
}
