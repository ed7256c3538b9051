using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Silo.Data.Transfer;

/// <summary>Writes the lines of an export and adds up what they are.</summary>
/// <param name="output">Where the compressed bytes go; left open.</param>
public sealed class ExportWriter(Stream output) : IAsyncDisposable
{
    // What is gathered before it goes to the compressor.
    private const int Chunk = 1 << 16;

    private readonly GZipStream _gzip = new(output, CompressionLevel.Fastest, leaveOpen: true);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * Chunk);

    /// <summary>Writes a header or a mark.</summary>
    public ValueTask WriteAsync<T>(T line) => WriteLineAsync(JsonSerializer.SerializeToUtf8Bytes(line));

    /// <summary>Writes a line; its end is added.</summary>
    public ValueTask WriteLineAsync(ReadOnlySpan<byte> line)
    {
        _buffer.Write(line);
        _buffer.Write("\n"u8);
        return _buffer.WrittenCount < Chunk ? ValueTask.CompletedTask : FlushAsync();
    }

    /// <summary>Writes the trailer.</summary>
    public async Task EndAsync(int sections, long rows)
    {
        await FlushAsync();
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        await WriteAsync(new ExportMark { End = true, Sections = sections, Rows = rows, Sha256 = sha256 });
        await FlushAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _gzip.DisposeAsync();
    }

    private async ValueTask FlushAsync()
    {
        _hash.AppendData(_buffer.WrittenSpan);
        await _gzip.WriteAsync(_buffer.WrittenMemory);
        _buffer.ResetWrittenCount();
    }
}
