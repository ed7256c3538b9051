using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portal.Storage;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class DataProtectionTests : IDisposable
{
    private const string Secret = "q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ";

    private readonly string _folder = Directory.CreateTempSubdirectory("portal-keys").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_form_that_was_open_over_a_restart_is_still_good()
    {
        const string signIn = "/riverside/sign-in";
        string cookie;
        Dictionary<string, string> fields;
        await using (var before = await Start().WithRiversideAsync())
        {
            var page = await before.Client().GetAsync(signIn);
            cookie = page.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            fields = PortalWeb.HiddenFields(await page.Content.ReadAsStringAsync());
        }

        await using var after = Start();
        var request = new HttpRequestMessage(HttpMethod.Post, signIn) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.OK, (await after.Client().SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Keys_lie_sealed_in_the_database()
    {
        await using var app = Start();
        await app.Client().GetAsync("/");
        var database = app.Services.GetRequiredService<Database>();
        var rows = await database.ReadAsync(read => read.QueryAsync<string>("SELECT xml FROM data_protection_keys"));
        var row = Assert.Single(rows);
        Assert.Contains("<sealed", row);
        Assert.DoesNotContain("masterKey", row);
    }

    private PortalWeb Start() => PortalWeb.Bare(
        ("Portal:Storage", $"sqlite:{_folder}/portal.db"), ("Portal:Secret", Secret));
}
