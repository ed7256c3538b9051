using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Portal.Silo.Settings;
using Portal.Storage;

namespace Portal.Silo.Observability;

/// <summary>
/// One log entry is one line of JSON: <c>time</c> (UTC), <c>level</c>, <c>category</c>, <c>event</c> (its number), <c>message</c>, the
/// figures that fill the message, <c>trace</c> and <c>span</c> where there is a trace, and <c>error</c>.
/// </summary>
/// <remarks>
/// Scopes are left out: the framework's hold the address of the request, and addresses hold tokens. So are messages of exceptions
/// that are not ours or a connection's: many quote what somebody typed. Their type and stack say where to look.
/// </remarks>
/// <param name="time">Dates the lines.</param>
public sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>What it is chosen by.</summary>
    public const string FormatterName = "portal-json";

    /// <summary>Exceptions inside one another that are written. Ours.</summary>
    private const int DeepestError = 5;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event", logEntry.EventId.Id);
            json.WriteString("message", logEntry.Formatter(logEntry.State, null));
            WriteFigures(json, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                json.WriteString("trace", activity.TraceId.ToHexString());
                json.WriteString("span", activity.SpanId.ToHexString());
            }

            if (logEntry.Exception is { } error) WriteError(json, "error", error, 1);
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteFigures(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? figures)
    {
        if (figures is null or { Count: 0 } or [{ Key: "{OriginalFormat}" }]) return;
        json.WriteStartObject("data");
        foreach (var (name, value) in figures)
        {
            switch (value)
            {
                case var _ when name == "{OriginalFormat}":
                    break;
                case int or long or short or byte:
                    json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumber(name, number);
                    break;
                case bool flag:
                    json.WriteBoolean(name, flag);
                    break;
                default:
                    json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, string name, Exception error, int depth)
    {
        json.WriteStartObject(name);
        json.WriteString("type", error.GetType().FullName);
        if (MayBeShown(error)) json.WriteString("message", error.Message);
        if (error.StackTrace is { } stack) json.WriteString("stack", stack);
        if (error.InnerException is { } inner && depth < DeepestError) WriteError(json, "inner", inner, depth + 1);
        json.WriteEndObject();
    }

    /// <summary>Whether the message of an exception is known to quote nothing that came from a person.</summary>
    public static bool MayBeShown(Exception error) =>
        error is StorageException or SettingsException or IOException or System.Net.Sockets.SocketException or TimeoutException
            or OperationCanceledException or System.Security.Cryptography.CryptographicException;

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
