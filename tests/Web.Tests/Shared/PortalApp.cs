using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Tests.Shared;

/// <summary>The whole portal on a database in memory and a real listener, without the demo. Each instance is one of its own.</summary>
public sealed partial class PortalApp : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings = new()
    {
        ["Portal:Storage"] = "sqlite::memory:",
        ["Portal:Demo"] = "false",
        ["Portal:Secret"] = "q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ",
        ["Logging:LogLevel:Default"] = "None",
    };

    /// <summary>Starts one.</summary>
    /// <param name="settings">Settings beside the defaults, or instead of them.</param>
    public PortalApp(params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings) _settings[key] = value;
        // A free port: limits and headers of the real server are part of what is tested.
        UseKestrel(0);
    }

    /// <summary>Development by default.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>A browser: asks for pages, keeps cookies, does not follow redirects.</summary>
    public HttpClient Browser()
    {
        StartServer();
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = ClientOptions.BaseAddress };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return client;
    }

    /// <summary>Founds the clinic at whose address most pages are.</summary>
    public async Task<PortalApp> WithRiversideAsync(PortalSettings? settings = null)
    {
        StartServer();
        CallerContext.Set(Principal.Operator("riverside", "test"));
        await Services.GetRequiredService<IGrainFactory>().GetGrain<IOrganisationGrain>("riverside").Found(new FoundOrganisation
        {
            Name = "Riverside Clinic",
            TimeZone = "Europe/London",
            Settings = settings ?? new PortalSettings { PortalName = "Riverside online" },
        });
        CallerContext.Set(null);
        return this;
    }

    /// <summary>The hidden fields of a page's forms, last one of a name first come.</summary>
    public static Dictionary<string, string> HiddenFields(string page) => Hidden().Matches(page)
        .GroupBy(m => m.Groups["name"].Value)
        .ToDictionary(g => g.Key, g => g.Last().Groups["value"].Value);

    /// <inheritdoc />
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environment);
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" />""")]
    private static partial Regex Hidden();
}
