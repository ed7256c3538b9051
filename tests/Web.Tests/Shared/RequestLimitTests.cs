using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Portal.Silo.Hosting;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class RequestLimitTests(BarePortal portal) : IClassFixture<BarePortal>
{
    private const string SignIn = "/riverside/sign-in";

    [Theory]
    [InlineData("/riverside", "", true)]
    [InlineData("/riverside/staff/patients", "?q=Ana%C3%AFs&page=2", true)]
    [InlineData("/riverside", "?text=a%0D%0Ab%09c", true)]
    [InlineData("/riverside", "?q=100%25", true)]
    [InlineData("/riverside", "?q=%ff", false)]
    [InlineData("/riverside", "?q=%C3", false)]
    [InlineData("/riverside", "?q=%ED%A0%80", false)]
    [InlineData("/riverside", "?q=%00", false)]
    [InlineData("/riverside", "?q=%7f", false)]
    [InlineData("/riverside", "?q=%zz", false)]
    [InlineData("/riverside", "?q=%", false)]
    [InlineData("/riverside/%FF", "", false)]
    [InlineData("/riverside\\admin", "", false)]
    [InlineData("/river\u0001side", "", false)]
    [InlineData("/river\ufffdside", "", false)]
    public void Addresses_are_text(string path, string query, bool readable) =>
        Assert.Equal(readable, RequestLimits.IsReadable(path, query));

    [Theory]
    [InlineData("/riverside/sign-in?q=%ff", HttpStatusCode.BadRequest, "not valid text")]
    [InlineData("/riverside/sign-in%ff", HttpStatusCode.BadRequest, "not valid text")]
    [InlineData("/riverside/none", HttpStatusCode.NotFound, "Page not found")]
    public async Task A_page_says_what_is_wrong_with_an_address(string address, HttpStatusCode status, string words)
    {
        var answer = await portal.App.Client().GetAsync(address);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_absurdly_long_address_is_refused_with_a_page()
    {
        var answer = await portal.App.Client().GetAsync($"{SignIn}?q={new string('a', RequestLimits.Address)}");
        Assert.Equal(HttpStatusCode.RequestUriTooLong, answer.StatusCode);
        Assert.Contains("too large", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("credential=a%00b")]
    [InlineData("credential=%ff%fe")]
    [InlineData("cred%ffential=a")]
    [InlineData("credential=%E0%80%80")]
    [InlineData("credential=%4")]
    public async Task A_form_that_is_no_text_is_refused_and_changes_nothing(string body)
    {
        var answer = await PostAsync(body, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("not valid text", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_form_in_another_encoding_is_refused()
    {
        var answer = await PostAsync("credential=a", "application/x-www-form-urlencoded; charset=utf-16");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_form_that_is_too_large_is_refused(string type)
    {
        var answer = await PostAsync("credential=" + new string('a', RequestLimits.Body), type);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("too large", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nnot a part")]
    [InlineData("multipart/form-data", "credential=a")]
    [InlineData("multipart/form-data; boundary=x", "")]
    public async Task A_form_in_parts_that_are_none_is_refused(string type, string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(body, type)).StatusCode);

    [Fact]
    public async Task A_form_with_too_many_fields_is_refused()
    {
        var body = string.Join('&', Enumerable.Range(0, RequestLimits.Fields + 1).Select(i => $"f{i}=1"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(body, "application/x-www-form-urlencoded")).StatusCode);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task A_form_without_its_token_is_refused_with_a_way_to_go_on(string type)
    {
        var answer = await PostAsync("credential=alice%40example.org&_handler=sign-in", type);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("nothing was changed", page);
        Assert.Contains($"href=\"{SignIn}\"", page);
    }

    [Fact]
    public async Task A_form_with_its_token_is_accepted_and_without_its_cookie_refused()
    {
        var browser = portal.App.Client();
        var fields = PortalWeb.HiddenFields(await browser.GetStringAsync(SignIn));
        fields["credential"] = "";
        var accepted = await browser.PostAsync(SignIn, new FormUrlEncodedContent(fields));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Contains("There is a problem", await accepted.Content.ReadAsStringAsync());
        var refused = await portal.App.Client().PostAsync(SignIn, new FormUrlEncodedContent(fields));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("open for too long", await refused.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> PostAsync(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return portal.App.Client().PostAsync(SignIn, content);
    }
}
