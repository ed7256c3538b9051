using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Kiosk;

/// <summary>The bounds of a clinic tablet that is handed to a patient.</summary>
public static class KioskLimits
{
    /// <summary>How long it lasts, whatever is done. Source: security rules, "Time limits".</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long it lasts without use. Source: security rules, "Time limits"; product, section 4.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    /// <summary>Fewest digits of the PIN by which staff take the tablet back. Ours, as of bank cards.</summary>
    public const int FewestDigits = 4;

    /// <summary>Most digits of it. Ours.</summary>
    public const int MostDigits = 8;

    /// <summary>Wrong PINs that close the form for good. Ours: one in 3,333 guesses four digits.</summary>
    public const int Tries = 3;

    /// <summary>Whether this can be a PIN: digits, not all the same.</summary>
    public static bool IsPin(string pin) =>
        pin.Length is >= FewestDigits and <= MostDigits && pin.All(char.IsAsciiDigit) && pin.Distinct().Count() > 1;
}

/// <summary>Hands a tablet to a patient.</summary>
[GenerateSerializer, Alias("portal.BeginKiosk"), Immutable]
public sealed record BeginKiosk
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>What staff will take it back with: see <see cref="KioskLimits.IsPin"/>. Only its keyed hash is kept.</summary>
    [Id(1)] public string Pin { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();

    /// <summary>Holds a secret.</summary>
    public override string ToString() => nameof(BeginKiosk);
}

/// <summary>What came of it.</summary>
[GenerateSerializer, Alias("portal.BeginKioskOutcome")]
public enum BeginKioskOutcome
{
    /// <summary>The key's session lives, and the staff member's own has ended.</summary>
    Begun = 0,

    /// <summary>There is no such patient.</summary>
    Unknown = 1,

    /// <summary>The patient is blocked.</summary>
    Blocked = 2,

    /// <summary>The portal is switched off.</summary>
    PortalDisabled = 3,

    /// <summary>That can't be a PIN.</summary>
    BadPin = 4,

    /// <summary>The key was used before.</summary>
    Used = 5,
}

/// <summary>What came of a PIN.</summary>
[GenerateSerializer, Alias("portal.LeaveKioskOutcome")]
public abstract record LeaveKioskOutcome
{
    private LeaveKioskOutcome() { }

    /// <summary>Right: the session has ended.</summary>
    [GenerateSerializer, Alias("portal.LeaveKioskOutcome.Left"), Immutable]
    public sealed record Left : LeaveKioskOutcome;

    /// <summary>Wrong.</summary>
    [GenerateSerializer, Alias("portal.LeaveKioskOutcome.Wrong"), Immutable]
    public sealed record Wrong : LeaveKioskOutcome
    {
        /// <summary>More tries before the session ends; 0: it has ended.</summary>
        [Id(0)] public int TriesLeft { get; init; }
    }

    /// <summary>The session is over.</summary>
    [GenerateSerializer, Alias("portal.LeaveKioskOutcome.Ended"), Immutable]
    public sealed record Ended : LeaveKioskOutcome;
}
