using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Organisations;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

/// <summary>The rules of what a logo may be.</summary>
public sealed class LogoFileTests
{
    private static readonly byte[] Png =
        [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 120, 0, 0, 0, 40, 8, 6, 0, 0, 0, 1, 2, 3, 4];

    // A comment first, then the frame: 40 high, 120 wide.
    private static readonly byte[] Jpeg =
        [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, 0xFF, 0xC2, 0, 11, 8, 0, 40, 0, 120, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 2];

    private static readonly byte[] Extended =
        [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 119, 0, 0, 39, 0, 0];

    private static readonly byte[] Lossless =
        [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, 119, 0xC0, 9, 0, 0, 0, 0, 0, 0];

    private static readonly byte[] Lossy =
        [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8 "u8, 10, 0, 0, 0, 1, 2, 3, 0x9D, 1, 0x2A, 120, 0, 40, 0];

    public static TheoryData<byte[], LogoFormat> Pictures => new()
    {
        { Png, LogoFormat.Png }, { Jpeg, LogoFormat.Jpeg }, { Extended, LogoFormat.WebP }, { Lossless, LogoFormat.WebP },
        { Lossy, LogoFormat.WebP },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_says_what_it_is_and_how_large(byte[] bytes, LogoFormat format)
    {
        var logo = Assert.IsType<LogoOutcome.Stored>(LogoFile.Judge(bytes)).Logo;
        Assert.Equal((format, 120, 40), (logo.Format, logo.Width, logo.Height));
        Assert.True(LogoFile.IsHash(logo.Hash));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_that_is_cut_off_anywhere_is_none_and_breaks_nothing(byte[] bytes, LogoFormat format)
    {
        for (var length = 0; length < bytes.Length; length++)
        {
            // A picture whose header is whole is one, whatever comes after.
            if (LogoFile.Judge(bytes.AsSpan(0, length)) is LogoOutcome.Stored stored) Assert.Equal((format, 120, 40),
                (stored.Logo.Format, stored.Logo.Width, stored.Logo.Height));
        }
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>")]
    [InlineData("GIF89a............................")]
    [InlineData("<!doctype html><html></html>")]
    [InlineData("RIFF....WAVEfmt ..................")]
    [InlineData("")]
    public void Other_files_are_refused(string text) =>
        Assert.IsType<LogoOutcome.NotAPicture>(LogoFile.Judge(System.Text.Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData(15, 40)]
    [InlineData(120, 15)]
    [InlineData(2_001, 40)]
    [InlineData(0, 0)]
    public void A_picture_too_small_or_too_large_is_refused_with_its_size(int width, int height)
    {
        byte[] bytes = [.. Png];
        (bytes[18], bytes[19], bytes[22], bytes[23]) = ((byte)(width >> 8), (byte)width, (byte)(height >> 8), (byte)height);
        Assert.Equal(new LogoOutcome.WrongSize { Width = width, Height = height }, LogoFile.Judge(bytes));
    }

    [Fact]
    public void A_file_beyond_the_limit_is_refused_whatever_it_is()
    {
        Assert.IsType<LogoOutcome.Stored>(LogoFile.Judge([.. Png, .. new byte[OrganisationLimits.MaxLogoBytes - Png.Length]]));
        Assert.IsType<LogoOutcome.TooManyBytes>(LogoFile.Judge([.. Png, .. new byte[OrganisationLimits.MaxLogoBytes - Png.Length + 1]]));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0, 0 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 1 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xC0, 0, 11, 8, 0, 40, 0, 120 })]
    public void A_jpeg_without_a_frame_is_none(byte[] bytes) => Assert.IsType<LogoOutcome.NotAPicture>(LogoFile.Judge(bytes));
}
