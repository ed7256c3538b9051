using System.Text.Json.Serialization;
using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Messages;

/// <summary>How a message is written while it waits. Names of enum values and properties are stored: never rename one.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(OutgoingMessage))]
internal sealed partial class MessagesJson : JsonSerializerContext;
