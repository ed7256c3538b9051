using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Grains.OneTimeCodes;

/// <summary>The rules of whether a credential's codes are used up, for staff who are asked why somebody can't get in.</summary>
public static class OneTimeCodeLock
{
    /// <summary>
    /// Until when a new device gets no code for signing in, or none of its guesses is looked at; null: it does, perhaps after the minute
    /// between two sends. Devices that signed in before have budgets of their own.
    /// </summary>
    public static DateTimeOffset? LockedUntil(OneTimeCodeState state, OneTimeCodeLimits limits, DateTimeOffset now)
    {
        var budget = state.Unknown;
        var wrong = state.Slots.FirstOrDefault(s => s is { Purpose: CodePurpose.SignIn, KnownDevice: false })?.WrongAt ?? [];
        return Stamps.Latest(
            Stamps.FreeAt(wrong, limits.GuessesPerChallenge, OneTimeCodeLimits.Hour, now),
            Stamps.FreeAt(budget.GuessedAt, limits.GuessesPerHour, OneTimeCodeLimits.Hour, now),
            Stamps.FreeAt(budget.GuessedAt, limits.GuessesPerDay, OneTimeCodeLimits.Day, now),
            Stamps.FreeAt(budget.SentAt, limits.SendsPerHour, OneTimeCodeLimits.Hour, now),
            Stamps.FreeAt(budget.SentAt, limits.SendsPerDay, OneTimeCodeLimits.Day, now));
    }
}
