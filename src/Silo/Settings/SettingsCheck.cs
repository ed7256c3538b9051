using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;

namespace Portal.Silo.Settings;

/// <summary>
/// Judges the whole configuration before anything is opened, and says everything that is wrong at once. Outside Development it also refuses
/// what would be dangerous on the internet.
/// </summary>
public static class SettingsCheck
{
    /// <summary>Reads secrets out of files, judges everything, and has unknown keys warned of once there is a log.</summary>
    /// <exception cref="SettingsException">What is wrong, all of it.</exception>
    public static void AddPortalSettings(this WebApplicationBuilder builder)
    {
        var unread = SecretFiles.AddTo(builder.Configuration);
        var commandLine = Environment.GetCommandLineArgs().Skip(1);
        List<string> problems =
        [
            .. unread, .. OnCommandLine(commandLine), .. Problems(builder.Configuration, builder.Environment.IsDevelopment()),
        ];
        if (problems.Count > 0) throw new SettingsException(problems);
        var unknown = UnknownSettings.In(builder.Configuration);
        builder.Services.AddHostedService(services =>
            new UnknownSettings(unknown, services.GetRequiredService<ILogger<UnknownSettings>>()));
    }

    /// <summary>Everything that is wrong with a configuration: one sentence each, naming the key and no secret.</summary>
    /// <param name="configuration">The configuration, secrets from files included.</param>
    /// <param name="development">Whether it is a developer's machine, where nobody else comes.</param>
    public static IReadOnlyList<string> Problems(IConfiguration configuration, bool development)
    {
        List<string> problems = [.. KnownSettings.All.Select(setting => Wrong(setting, configuration)).OfType<string>()];
        problems.AddRange(Channel<SmtpOptions>(configuration, "Portal:Smtp", problems, o => o.Host.Length > 0, o => o.Check()));
        problems.AddRange(Channel<SmsOptions>(configuration, "Portal:Sms", problems, o => o.AccountSid.Length > 0, o => o.Check()));
        if (Secret(configuration, development) is { } secret) problems.Add(secret);
        if (!development) problems.AddRange(ProductionRules.Problems(configuration));
        return problems;
    }

    // What other programs on the machine can read is no place for settings, of which some are secret.
    private static IEnumerable<string> OnCommandLine(IEnumerable<string> arguments) =>
        from argument in arguments
        let name = argument.TrimStart('-', '/').Split('=')[0]
        where name.StartsWith(KnownSettings.Prefix, StringComparison.OrdinalIgnoreCase)
        select $"{name} is on the command line, which everybody on the machine can read; set it in the environment or in a file.";

    private static string? Wrong(Setting setting, IConfiguration configuration)
    {
        if (configuration[setting.Key] is not { Length: > 0 } value || setting.Accepts(value)) return null;
        return setting.IsSecret
            ? $"{setting.Key} has to be {setting.Expects}. What it is now is not shown, as it may hold a password."
            : $"{setting.Key} is \"{value}\"; it has to be {setting.Expects}.";
    }

    // What its parts have to do with each other; asked once each of them is right, as it can be read only then.
    private static IEnumerable<string> Channel<T>(
        IConfiguration configuration, string section, List<string> known, Func<T, bool> isUsed, Action<T> check) where T : new()
    {
        if (known.Any(problem => problem.StartsWith(section + ":", StringComparison.Ordinal))) yield break;
        var options = configuration.GetSection(section).Get<T>() ?? new T();
        if (!isUsed(options)) yield break;
        string? problem = null;
        try
        {
            check(options);
        }
        catch (ArgumentException refused)
        {
            problem = refused.Message;
        }

        if (problem is not null) yield return problem;
    }

    // In Development one is made where there is none.
    private static string? Secret(IConfiguration configuration, bool development)
    {
        if (development && configuration["Portal:Secret"] is null) return null;
        try
        {
            PortalSecrets.From(configuration["Portal:Secret"], isProduction: !development);
            return null;
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }
    }
}
