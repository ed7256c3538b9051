using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Organisations;

/// <summary>The logo: uploaded, looked at, used, served and taken away.</summary>
public sealed partial class LogoTests : IDisposable
{
    private const string Page = "/riverside/staff/settings/branding/logo";
    private readonly PortalWeb _web = new();

    [Fact]
    public async Task A_logo_is_looked_at_first_and_then_on_every_page_of_patients_until_it_is_removed()
    {
        var erin = await _web.StaffAsync("erin");
        var looked = await UploadAsync(erin, Png(120, 40));
        Assert.Equal(200, looked.Code);
        Assert.Contains("Not in use yet", looked.Body);
        var address = Address().Match(looked.Body).Value;
        Assert.DoesNotContain("/logo/", (await _web.Browser().GetAsync("/riverside/sign-in")).Body);

        Assert.Equal(303, (await erin.FillAsync(looked, Page, "use")).Code);
        foreach (var path in new[] { "/sign-in", "/staff/sign-in", "/sign-out", "/invitation/nothing" })
            Assert.Contains($"src=\"{address}\" width=\"120\" height=\"40\"", (await _web.Browser().GetAsync("/riverside" + path)).Body);
        var picture = await _web.Browser().GetAsync(address);
        Assert.Equal((200, "image/png"), (picture.Code, picture.Header("Content-Type")));
        Assert.Equal("public, max-age=31536000, immutable", picture.Header("Cache-Control"));
        Assert.Equal("nosniff", picture.Header("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox; frame-ancestors 'none'", picture.Header("Content-Security-Policy"));

        Assert.Equal(303, (await erin.FillAsync(Page, "remove")).Code);
        Assert.DoesNotContain("/logo/", (await _web.Browser().GetAsync("/riverside/sign-in")).Body);
        Assert.Equal(404, (await _web.Browser().GetAsync(address)).Code);
        Assert.Single(await _web.AuditAsync("organisation.logo-changed"));
        Assert.Single(await _web.AuditAsync("organisation.logo-removed"));
    }

    [Fact]
    public async Task Another_clinic_does_not_serve_it()
    {
        var erin = await _web.StaffAsync("erin");
        var address = Address().Match((await UploadAsync(erin, Png(100, 100))).Body).Value;
        Assert.Equal(200, (await erin.GetAsync(address)).Code);
        Assert.Equal(404, (await erin.GetAsync(address.Replace("/riverside/", "/hilltop/", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task What_is_no_picture_or_too_large_is_refused_next_to_the_field()
    {
        var erin = await _web.StaffAsync("erin");
        var svg = Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
        foreach (var (bytes, words) in new (byte[], string)[]
        {
            (svg, "this file is none, whatever its name says"), ([.. Png(100, 100), .. new byte[600_000]], "at most 512 KB"),
            (Png(5_000, 100), "The picture has 5000 by 100 pixels"), ([], "Choose a picture"),
        })
        {
            var answer = await UploadAsync(erin, bytes);
            Assert.Equal(200, answer.Code);
            Assert.Contains(words, answer.Body);
            Assert.Contains("id=\"file-error\"", answer.Body);
            Assert.DoesNotMatch(Address(), answer.Body);
        }
    }

    [Fact]
    public async Task A_broken_upload_and_one_beyond_every_size_are_refused_without_an_outage()
    {
        var erin = await _web.StaffAsync("erin");
        var broken = new HttpRequestMessage(HttpMethod.Post, Page) { Content = new ByteArrayContent("--x\r\nnonsense"u8.ToArray()) };
        broken.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.InRange((await erin.SendAsync(broken)).Code, 400, 499);
        Assert.InRange((await UploadAsync(erin, [.. Png(9, 9), .. new byte[9 * 1024 * 1024]])).Code, 400, 499);
    }

    [Fact]
    public async Task A_logo_that_nobody_has_uploaded_is_not_used()
    {
        var erin = await _web.StaffAsync("erin");
        var page = await UploadAsync(erin, Png(50, 50));
        var answer = await erin.FillAsync(page, Page, "use", ("hash", new string('0', 64)));
        Assert.Equal(200, answer.Code);
        Assert.Contains("is not kept any more", answer.Body);
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private static async Task<Answer> UploadAsync(Browser browser, byte[] bytes)
    {
        var page = await browser.GetAsync(Page);
        var form = new MultipartFormDataContent
        {
            { new StringContent("upload"), "_handler" }, { new StringContent(page.FormToken), "__RequestVerificationToken" },
            { new ByteArrayContent(bytes), "file", "logo.png" },
        };
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Page) { Content = form });
    }

    // The beginning of a PNG: as much as says how large it is.
    private static byte[] Png(int width, int height)
    {
        var bytes = new byte[64];
        byte[] head = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8];
        head.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        return bytes;
    }

    [GeneratedRegex("/riverside/logo/[0-9a-f]{64}")]
    private static partial Regex Address();
}
