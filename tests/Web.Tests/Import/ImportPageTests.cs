using System.Net;
using System.Text;
using Portal.Web.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Import;

/// <summary>An import by forms alone, as a browser without scripts does it.</summary>
public sealed class ImportPageTests : IDisposable
{
    private const string File = """
        Name;Given;DOB;Email
        Quill;Zora;1980-02-03;zora.quill@example.org
        Quill;"Y
        ves";03/02/1981;
        =Quill;Xena;yesterday;
        """;

    private readonly PortalWeb _web = new();

    [Fact]
    public async Task A_file_is_read_checked_and_imported()
    {
        var dana = await _web.StaffAsync("dana");
        var at = (await UploadAsync(dana, File)).Location;
        Assert.StartsWith("/riverside/staff/import/b-", at);
        var mapping = await dana.GetAsync(at);
        Assert.Contains("Which column is which?", mapping.Body);
        var columns = new[] { ("column-0", "FamilyName"), ("column-1", "GivenName"), ("column-2", "BirthDate"), ("column-3", "Email") };
        var twice = await dana.SubmitAsync(at, "columns", ("column-0", "Email"), ("column-1", "Email"));
        Assert.Contains("are said to be the same", twice.Body);
        Assert.Equal(303, (await dana.SubmitAsync(at, "columns", columns)).Code);
        var page = await UntilAsync(dana, at, "Ready to begin");
        Assert.Contains("Import 2 patients", page.Body);
        Assert.Contains("no date that can be read", page.Body);
        Assert.Equal(303, (await dana.SubmitAsync(at, "begin")).Code);
        page = await UntilAsync(dana, at, ">Done<");
        Assert.Contains("Imported", page.Body);
        Assert.Contains("Quill, Y ves", (await dana.GetAsync("/riverside/staff/patients?q=quill")).Body);

        var errors = await dana.GetAsync(at.Replace("import", "batches") + "/rows.csv?outcome=problems");
        Assert.Equal("text/csv; charset=utf-8", errors.Header("Content-Type"));
        Assert.Contains("\"3\",\"\",\"\",\"'=Quill\",\"Xena\",\"yesterday\",\"\",\"Invalid\"", errors.Body);
        Assert.DoesNotContain("Zora", errors.Body);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_refused_with_a_reason()
    {
        var dana = await _web.StaffAsync("dana");
        Assert.EndsWith("?problem=empty", (await UploadAsync(dana, "name,dob\n")).Location);
        Assert.EndsWith("?problem=json", (await UploadAsync(dana, "{ no")).Location);
        Assert.Contains("Save the file as UTF-8", (await dana.GetAsync("/riverside/staff/import?problem=encoding")).Body);
        Assert.DoesNotContain("There is a problem", (await dana.GetAsync("/riverside/staff/import?problem=whatever")).Body);
        Assert.EndsWith("?problem=too-old", (await UploadAsync(dana, File, token: "forged")).Location);
    }

    [Fact]
    public async Task Charlie_cannot_open_an_import_of_another_clinic_nor_can_a_practitioner_or_a_stranger()
    {
        var dana = await _web.StaffAsync("dana");
        var at = (await UploadAsync(dana, File)).Location;
        var charlie = await _web.StaffAsync("erin", "hilltop");
        Assert.Equal(404, (await charlie.GetAsync(at.Replace("riverside", "hilltop"))).Code);
        Assert.Equal(404, (await charlie.GetAsync(at.Replace("riverside/staff/import", "hilltop/staff/batches") + "/rows.csv")).Code);
        Assert.Equal(303, (await charlie.GetAsync(at)).Code);
        Assert.Equal(303, (await _web.Browser().GetAsync(at.Replace("import", "batches") + "/rows.csv")).Code);
    }

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData(" +44", "\"' +44\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    public void A_cell_is_never_a_formula(string cell, string expected) => Assert.Equal(expected + "\r\n", Csv.Line([cell]));

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private static async Task<Answer> UploadAsync(Browser browser, string text, string? token = null)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(token ?? (await browser.GetAsync("/riverside/staff/import")).FormToken), "__RequestVerificationToken" },
            { new StringContent(""), "separator" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "people.csv" },
        };
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/riverside/staff/import/file") { Content = form });
    }

    private async Task<Answer> UntilAsync(Browser browser, string at, string words)
    {
        for (var i = 0; i < 200; i++)
        {
            _web.Clock.Advance(TimeSpan.FromSeconds(1));
            if (await browser.GetAsync(at) is { Status: HttpStatusCode.OK } page && page.Body.Contains(words)) return page;
        }

        throw new InvalidOperationException($"The page never said '{words}'.");
    }
}
