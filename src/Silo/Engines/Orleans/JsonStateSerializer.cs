using System.Text.Json;
using Orleans.Storage;

namespace Portal.Silo.Engines;

/// <summary>
/// Grain state as JSON, the same text that the embedded engine writes: fields a version does not know are ignored, fields that are missing
/// keep their defaults, and an operator can read what is stored.
/// </summary>
internal sealed class JsonStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new();

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, Options);
}
