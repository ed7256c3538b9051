using Microsoft.Extensions.Logging.Console;

namespace Portal.Silo.Observability;

/// <summary>Where log entries go: the console, as JSON lines outside Development unless <c>Portal:Logs</c> says <c>text</c>.</summary>
public static class PortalLogs
{
    /// <summary>The setting: <c>json</c> or <c>text</c>.</summary>
    public const string Key = "Portal:Logs";

    /// <summary>Sets the format, and what of the framework is logged at all.</summary>
    public static void AddPortalLogs(this WebApplicationBuilder builder)
    {
        // The framework logs every address it serves: tokens of invitations and links, and what staff search for, are in addresses.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Orleans logs the state of grains below this level, and what grains answer with messages that it drops.
        builder.Logging.AddFilter("Orleans", LogLevel.Information);
        builder.Logging.AddFilter("Orleans.Messaging", LogLevel.Error);
        if (!AreJson(builder.Configuration, builder.Environment.IsDevelopment())) return;
        builder.Logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.FormatterName = JsonLogFormatter.FormatterName);
    }

    /// <summary>Whether lines are JSON.</summary>
    public static bool AreJson(IConfiguration configuration, bool development) =>
        configuration[Key] is { Length: > 0 } chosen ? chosen.Equals("json", StringComparison.OrdinalIgnoreCase) : !development;
}
