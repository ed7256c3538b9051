using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Organisations;

/// <summary>The kinds of picture that a logo may be. Not SVG, which can carry scripts. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.LogoFormat")]
public enum LogoFormat
{
    /// <summary>PNG.</summary>
    Png = 0,

    /// <summary>JPEG.</summary>
    Jpeg = 1,

    /// <summary>WebP.</summary>
    WebP = 2,
}

/// <summary>A logo without its bytes.</summary>
[GenerateSerializer, Alias("portal.Logo"), Immutable]
public sealed record Logo
{
    /// <summary>SHA-256 of the bytes in lower-case hexadecimal; also its address under <c>/{org}/logo/</c>.</summary>
    [Id(0)] public string Hash { get; init; } = "";

    /// <summary>Width in pixels, as the file says.</summary>
    [Id(1)] public int Width { get; init; }

    /// <summary>Height in pixels, as the file says.</summary>
    [Id(2)] public int Height { get; init; }

    /// <summary>What the bytes are, whatever the file was called.</summary>
    [Id(3)] public LogoFormat Format { get; init; }
}

/// <summary>A logo with its bytes.</summary>
[GenerateSerializer, Alias("portal.LogoPicture"), Immutable]
public sealed record LogoPicture
{
    /// <summary>What it is.</summary>
    [Id(0)] public Logo Logo { get; init; } = new();

    /// <summary>The bytes, as they were uploaded.</summary>
    [Id(1)] public byte[] Bytes { get; init; } = [];
}

/// <summary>
/// The logos of an organisation: that in force, and those an administrator is looking at. A stateless worker over table <c>logos</c>, so
/// that every node serves every logo. Key: <c>{org}</c>.
/// </summary>
[Alias("portal.ILogoGrain"), Repeatable]
public interface ILogoGrain : IGrainWithStringKey
{
    /// <summary>The logo of a hash; null where there is none.</summary>
    [Alias("Get"), Door(Callers.Visitor | Callers.Kiosk)]
    Task<LogoPicture?> Get(string hash);

    /// <summary>
    /// Stores a logo to be looked at, without putting it in force: <see cref="IOrganisationGrain.UseLogo"/> does. Refused where it is no
    /// picture of a known kind, or too large. Kept a day; the same bytes again are the same logo.
    /// </summary>
    [Alias("Propose"), Door(Callers.Admin)]
    Task<LogoOutcome> Propose(byte[] bytes);
}

/// <summary>What came of proposing a logo.</summary>
[GenerateSerializer, Alias("portal.LogoOutcome")]
public abstract record LogoOutcome
{
    private LogoOutcome() { }

    /// <summary>Stored.</summary>
    [GenerateSerializer, Alias("portal.LogoOutcome.Stored")]
    public sealed record Stored : LogoOutcome
    {
        /// <summary>The logo.</summary>
        [Id(0)] public Logo Logo { get; init; } = new();
    }

    /// <summary>Neither PNG nor JPEG nor WebP, whatever it was called, or its header is broken.</summary>
    [GenerateSerializer, Alias("portal.LogoOutcome.NotAPicture")]
    public sealed record NotAPicture : LogoOutcome;

    /// <summary>Larger than <see cref="OrganisationLimits.MaxLogoBytes"/>.</summary>
    [GenerateSerializer, Alias("portal.LogoOutcome.TooManyBytes")]
    public sealed record TooManyBytes : LogoOutcome;

    /// <summary>
    /// A side is not from <see cref="OrganisationLimits.MinLogoSide"/> to <see cref="OrganisationLimits.MaxLogoSide"/> pixels.
    /// </summary>
    [GenerateSerializer, Alias("portal.LogoOutcome.WrongSize")]
    public sealed record WrongSize : LogoOutcome
    {
        /// <summary>Width in pixels.</summary>
        [Id(0)] public int Width { get; init; }

        /// <summary>Height in pixels.</summary>
        [Id(1)] public int Height { get; init; }
    }
}
