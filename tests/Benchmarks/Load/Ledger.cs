using System.Text.Json;

namespace Portal.Benchmarks.Load;

/// <summary>What the portal has acknowledged to one visitor, and so must still be true at the end.</summary>
/// <param name="Visitor">Whose browser.</param>
/// <param name="SignedOut">Signed out; otherwise signed in.</param>
/// <param name="Elevated">The clinical records were opened.</param>
public sealed record Acknowledged(Visitor Visitor, bool SignedOut, bool Elevated);

/// <summary>
/// Counts acknowledged writes that were lost: a browser that was told it is signed in, signed out or elevated, and is not. Each is asked
/// once more when all is over.
/// </summary>
public static class Ledger
{
    private const int AtOnce = 16;

    /// <summary>How many of them no longer hold.</summary>
    public static async Task<int> LostAsync(IReadOnlyCollection<Acknowledged> all, string organisation)
    {
        var lost = 0;
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) =>
        {
            if (!await HoldsAsync(one, organisation)) Interlocked.Increment(ref lost);
        });
        return lost;
    }

    private static async Task<bool> HoldsAsync(Acknowledged one, string organisation)
    {
        var answer = await one.Visitor.GetAsync($"/{organisation}/session");
        if (one.SignedOut) return answer.Code == 401;
        if (answer.Code != 200) return false;
        return !one.Elevated || JsonDocument.Parse(answer.Body).RootElement.GetProperty("elevatedUntil").ValueKind != JsonValueKind.Null;
    }
}
