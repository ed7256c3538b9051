using System.Buffers.Binary;
using System.Security.Cryptography;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Grains.Organisations;

/// <summary>The rules of what a logo may be, judged by its bytes alone: neither by its name nor by what the browser says it is.</summary>
public static class LogoFile
{
    // A JPEG's size stands after its metadata: thumbnails and colour profiles, a few hundred segments at most. Ours.
    private const int MostSegments = 500;

    private static ReadOnlySpan<byte> PngMagic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The logo that the bytes are, or why they are none that may be used.</summary>
    public static LogoOutcome Judge(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > OrganisationLimits.MaxLogoBytes) return new LogoOutcome.TooManyBytes();
        if (Read(bytes) is not var (format, width, height)) return new LogoOutcome.NotAPicture();
        if (!IsSide(width) || !IsSide(height)) return new LogoOutcome.WrongSize { Width = width, Height = height };
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return new LogoOutcome.Stored { Logo = new Logo { Hash = hash, Width = width, Height = height, Format = format } };
    }

    /// <summary>Whether a text is a hash of a logo, and so worth looking for.</summary>
    public static bool IsHash(string hash) => hash.Length == SHA256.HashSizeInBytes * 2 && hash.All(char.IsAsciiHexDigitLower);

    private static bool IsSide(int pixels) => pixels is >= OrganisationLimits.MinLogoSide and <= OrganisationLimits.MaxLogoSide;

    private static (LogoFormat Format, int Width, int Height)? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(PngMagic)) return Png(bytes) is var (w, h) ? (LogoFormat.Png, w, h) : null;
        if (bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return Jpeg(bytes) is var (w, h) ? (LogoFormat.Jpeg, w, h) : null;
        if (bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
            return WebP(bytes) is var (w, h) ? (LogoFormat.WebP, w, h) : null;
        return null;
    }

    // Source: PNG specification, 11.2.2: IHDR comes first, width and height begin it.
    private static (int Width, int Height)? Png(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 33 && bytes[12..].StartsWith("IHDR"u8)
            ? (Clamp(BinaryPrimitives.ReadUInt32BigEndian(bytes[16..])), Clamp(BinaryPrimitives.ReadUInt32BigEndian(bytes[20..])))
            : null;

    // Source: ITU-T T.81, B.1 and B.2: segments of a marker and a length, until one that begins a frame.
    private static (int Width, int Height)? Jpeg(ReadOnlySpan<byte> bytes)
    {
        var at = 2;
        for (var segment = 0; segment < MostSegments && at + 4 <= bytes.Length; segment++)
        {
            if (bytes[at] != 0xFF) return null;
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++; // fill bytes may stand before a marker
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (length < 2 || at + 2 + length > bytes.Length) return null;
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return length < 8 ? null : (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }

            if (marker is 0xD9 or 0xDA) return null; // the picture ends or begins without a frame
            at += 2 + length;
        }

        return null;
    }

    // Source: RFC 9649, 2.4 to 2.7: simple lossy, simple lossless, extended.
    private static (int Width, int Height)? WebP(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30) return null;
        var chunk = bytes[12..16];
        if (chunk.SequenceEqual("VP8X"u8)) return (1 + UInt24(bytes[24..]), 1 + UInt24(bytes[27..]));
        if (chunk.SequenceEqual("VP8L"u8) && bytes[20] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        if (!chunk.SequenceEqual("VP8 "u8) || !bytes[23..].StartsWith<byte>([0x9D, 0x01, 0x2A])) return null;
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]));
        return (width & 0x3FFF, height & 0x3FFF);
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static int Clamp(uint side) => (int)Math.Min(side, int.MaxValue);
}
