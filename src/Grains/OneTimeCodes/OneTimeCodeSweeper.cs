using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// Sends the codes that were promised by a process that ended before it could, and forgets the codes and budgets of credentials a day after
/// they were last used: asking for the codes of a million invented addresses must not leave a million rows behind.
/// </summary>
/// <param name="database">Where the credentials are listed.</param>
/// <param name="grains">Reaches their codes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what could not be swept.</param>
public sealed class OneTimeCodeSweeper(Database database, IGrainFactory grains, TimeProvider time, ILogger<OneTimeCodeSweeper> logger)
    : Sweeper("code-sweep", time, logger)
{
    /// <inheritdoc />
    protected override TimeSpan Every => OneTimeCodeTable.PromiseFor;

    /// <inheritdoc />
    protected override Task<IReadOnlyList<SweepRow>> DueAsync(DateTimeOffset now, SweepRow after, int limit) =>
        OneTimeCodeTable.ToSweepAsync(database, now, after, limit);

    /// <inheritdoc />
    protected override Task SweepAsync(SweepRow row) =>
        grains.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(row.Organisation, row.Key)).Sweep();
}
