using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Silo.Data.Transfer;

/// <summary>Reads the lines of an export and judges the whole. Nothing but the current line is in memory.</summary>
/// <param name="input">The compressed bytes; left open.</param>
public sealed class ExportReader(Stream input) : IAsyncDisposable
{
    private const int Chunk = 1 << 16;

    private readonly GZipStream _gzip = new(input, CompressionMode.Decompress, leaveOpen: true);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[2 * Chunk];
    private int _start;
    private int _end;
    private int _length;

    /// <summary>Reads the header.</summary>
    /// <exception cref="DamagedExportException">There is none.</exception>
    /// <exception cref="TransferRefusedException">The format is newer than this program.</exception>
    public async Task<ExportHeader> HeaderAsync(CancellationToken ct)
    {
        var header = await NextAsync(ct) ? TryParse<ExportHeader>(Line) : null;
        if (header is not { Portal: ExportFormat.Magic }) throw new DamagedExportException("This is not an export of the portal.");
        if (header.Format > ExportFormat.Version)
        {
            throw new TransferRefusedException($"The export has format {header.Format}; this program reads formats up to "
                + $"{ExportFormat.Version}. Import it with the program that made it, or a newer one.");
        }

        return header;
    }

    /// <summary>The current line without its end; good until <see cref="NextAsync"/>.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_start, _length);

    /// <summary>Whether the current line is a row; otherwise it is a mark.</summary>
    public bool IsRow => _length > 0 && _buffer[_start] == (byte)'[';

    /// <summary>The current line as a mark.</summary>
    /// <exception cref="DamagedExportException">It is none.</exception>
    public ExportMark Mark() =>
        TryParse<ExportMark>(Line) ?? throw new DamagedExportException("The export is damaged: a line is not JSON.");

    /// <summary>Moves to the next line. False at the end of the stream.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken ct)
    {
        if (_length > 0) _hash.AppendData(_buffer.AsSpan(_start, _length + 1));
        _start += _length > 0 ? _length + 1 : 0;
        _length = 0;
        for (var searched = 0; ;)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                _length = searched + at;
                return _length > 0 ? true : throw new DamagedExportException("The export is damaged: it has an empty line.");
            }

            searched = _end - _start;
            if (await FillAsync(ct)) continue;
            return searched == 0 ? false : throw CutOff();
        }
    }

    /// <summary>Takes the hash of what came before the current line; the trailer says what it has to be.</summary>
    public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>What is said of an export without its end.</summary>
    public static DamagedExportException CutOff() => new("The export is damaged: it was cut off before its end.");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _gzip.DisposeAsync();
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end > ExportFormat.LongestLine) throw new DamagedExportException("The export is damaged: a line is too long.");
        if (_buffer.Length - _end < Chunk) Array.Resize(ref _buffer, 2 * _buffer.Length);
        try
        {
            var read = await _gzip.ReadAsync(_buffer.AsMemory(_end), ct);
            _end += read;
            return read > 0;
        }
        catch (InvalidDataException error)
        {
            throw new DamagedExportException("The export is damaged: it is not gzip, or was altered.", error);
        }
    }

    private static T? TryParse<T>(ReadOnlySpan<byte> line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
