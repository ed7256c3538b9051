using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.OneTimeCodes;

namespace Portal.Grains.Credentials;

/// <summary>How often a link for choosing a new password may be asked for with one address.</summary>
public static class RecoveryBudget
{
    /// <summary>When another may be; null: now.</summary>
    /// <param name="made">When links were asked for within the last day, in rising order.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? NextAt(DateTimeOffset[] made, DateTimeOffset now) => Stamps.Latest(
        Stamps.FreeAt(made, 1, PasswordLimits.RecoverySpacing, now),
        Stamps.FreeAt(made, PasswordLimits.RecoveriesPerHour, TimeSpan.FromHours(1), now),
        Stamps.FreeAt(made, PasswordLimits.RecoveriesPerDay, TimeSpan.FromDays(1), now));
}
