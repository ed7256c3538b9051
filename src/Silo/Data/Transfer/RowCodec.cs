using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portal.Storage;

namespace Portal.Silo.Data.Transfer;

/// <summary>Rows as JSON arrays. The same row always has the same bytes.</summary>
/// <param name="columns">The columns of the section.</param>
public sealed class RowCodec(IReadOnlyList<TableColumn> columns) : IDisposable
{
    // Relaxed: nothing reads it as HTML, and names and JSON would double in size.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, Options);

    /// <summary>The row's line without its end; good until the next call.</summary>
    public ReadOnlySpan<byte> Encode(object?[] row)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartArray();
        foreach (var value in row)
        {
            switch (value)
            {
                case null:
                    _writer.WriteNullValue();
                    break;
                case string text:
                    _writer.WriteStringValue(text);
                    break;
                case long number:
                    _writer.WriteNumberValue(number);
                    break;
                case double number:
                    _writer.WriteNumberValue(number);
                    break;
                case byte[] bytes:
                    _writer.WriteBase64StringValue(bytes);
                    break;
                default:
                    throw new ArgumentException($"A {value.GetType().Name} is not exported.");
            }
        }

        _writer.WriteEndArray();
        _writer.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>The row of a line.</summary>
    /// <exception cref="DamagedExportException">It is no row of this section.</exception>
    public object?[] Decode(ReadOnlySpan<byte> line)
    {
        var row = new object?[columns.Count];
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) throw Damaged();
            for (var i = 0; i < row.Length; i++)
            {
                reader.Read();
                row[i] = Value(ref reader, columns[i].Kind);
            }

            reader.Read();
            return reader.TokenType == JsonTokenType.EndArray && !reader.Read() ? row : throw Damaged();
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw Damaged(error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _writer.Dispose();

    private static object? Value(ref Utf8JsonReader reader, ColumnKind kind) => (reader.TokenType, kind) switch
    {
        (JsonTokenType.Null, _) => null,
        (JsonTokenType.String, ColumnKind.Text) => reader.GetString(),
        (JsonTokenType.String, ColumnKind.Bytes) => reader.GetBytesFromBase64(),
        (JsonTokenType.Number, ColumnKind.Integer) => reader.GetInt64(),
        (JsonTokenType.Number, ColumnKind.Real) => reader.GetDouble(),
        _ => throw Damaged(),
    };

    private static DamagedExportException Damaged(Exception? inner = null) =>
        new("The export is damaged: a row does not have the values its section says.", inner);
}
