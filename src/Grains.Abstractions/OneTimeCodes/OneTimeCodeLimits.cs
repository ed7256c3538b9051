using Orleans;

namespace Portal.Grains.Abstractions.OneTimeCodes;

/// <summary>
/// How often codes are sent and guessed, and how long one lives. The defaults are the loosest allowed: an organisation
/// tightens them through <see cref="Tightened"/>, which never loosens. The budgets count apart for known and unknown devices.
/// </summary>
[GenerateSerializer, Immutable, Alias("portal.OneTimeCodeLimits")]
public sealed record OneTimeCodeLimits
{
    /// <summary>Digits of a code: 20 bits, the least OWASP ASVS 5.0 6.5.4 accepts with a limit on guesses.</summary>
    public const int Digits = 6;

    /// <summary>How long guesses carry over from a code to its successors (ours: the window of the hourly budget).</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The longest window of any budget (ours).</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// How far the clock may have gone back since a code was issued before the code is void (ours: clocks of servers kept by NTP
    /// differ by far less; without a bound, setting a clock back would keep a code alive).
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>How long a code is good. 10 minutes (OWASP ASVS 5.0 6.5.5).</summary>
    [Id(0)]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Wrong guesses for one challenge and its successors within the hour. 5 (ours).</summary>
    [Id(1)]
    public int GuessesPerChallenge { get; init; } = 5;

    /// <summary>
    /// Guesses for one credential in an hour, across all purposes. 10 (ours; parallel challenges multiply guesses: ory/kratos#4606).
    /// </summary>
    [Id(2)]
    public int GuessesPerHour { get; init; } = 10;

    /// <summary>Guesses for one credential in a day, across all purposes. 20 (ours).</summary>
    [Id(3)]
    public int GuessesPerDay { get; init; } = 20;

    /// <summary>
    /// Least time between two sends, unless the code sent last was used: whoever has just shown that they hold the mailbox is
    /// not flooding it. 1 minute (ours).
    /// </summary>
    [Id(4)]
    public TimeSpan SendSpacing { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Sends for one credential in an hour. 5 (ours).</summary>
    [Id(5)]
    public int SendsPerHour { get; init; } = 5;

    /// <summary>Sends for one credential in a day. 10 (ours).</summary>
    [Id(6)]
    public int SendsPerDay { get; init; } = 10;

    /// <summary>The limits where an organisation sets none.</summary>
    public static OneTimeCodeLimits Default { get; } = new();

    /// <summary>
    /// The figures that an organisation must not wish for, by name: looser than the default, or so tight that codes would be switched off
    /// by accident. <see cref="Tightened"/> would not take them as they are.
    /// </summary>
    public static IReadOnlyList<string> OutOfRange(OneTimeCodeLimits wished)
    {
        var taken = Tightened(wished);
        (string Name, bool Same)[] figures =
        [
            (nameof(Lifetime), taken.Lifetime == wished.Lifetime),
            (nameof(GuessesPerChallenge), taken.GuessesPerChallenge == wished.GuessesPerChallenge),
            (nameof(GuessesPerHour), taken.GuessesPerHour == wished.GuessesPerHour),
            (nameof(GuessesPerDay), taken.GuessesPerDay == wished.GuessesPerDay),
            (nameof(SendSpacing), taken.SendSpacing == wished.SendSpacing),
            (nameof(SendsPerHour), taken.SendsPerHour == wished.SendsPerHour),
            (nameof(SendsPerDay), taken.SendsPerDay == wished.SendsPerDay),
        ];
        return [.. figures.Where(f => !f.Same).Select(f => f.Name)];
    }

    /// <summary>
    /// The stricter of the defaults and what an organisation wishes, figure by figure. Nothing falls under one guess, one send or
    /// a minute of life, which would switch codes off by accident.
    /// </summary>
    public static OneTimeCodeLimits Tightened(OneTimeCodeLimits? wished) => wished is null ? Default : new()
    {
        Lifetime = Clamp(wished.Lifetime, TimeSpan.FromMinutes(1), Default.Lifetime),
        GuessesPerChallenge = Math.Clamp(wished.GuessesPerChallenge, 1, Default.GuessesPerChallenge),
        GuessesPerHour = Math.Clamp(wished.GuessesPerHour, 1, Default.GuessesPerHour),
        GuessesPerDay = Math.Clamp(wished.GuessesPerDay, 1, Default.GuessesPerDay),
        SendSpacing = Clamp(wished.SendSpacing, Default.SendSpacing, Hour),
        SendsPerHour = Math.Clamp(wished.SendsPerHour, 1, Default.SendsPerHour),
        SendsPerDay = Math.Clamp(wished.SendsPerDay, 1, Default.SendsPerDay),
    };

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
