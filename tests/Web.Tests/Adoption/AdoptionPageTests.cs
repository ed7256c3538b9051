using Portal.Grains.Abstractions.Messages;
using Portal.Web.Adoption;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Adoption;

[Collection(PortalCollection.Name)]
public sealed class AdoptionPageTests(PortalWeb web)
{
    [Fact]
    public async Task Staff_see_who_signed_in_and_what_failed()
    {
        var dana = await web.StaffAsync("dana");
        var browser = web.Browser();
        var alice = web.NextPatient();
        await web.CodeAsync(browser, alice);
        await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", "000000"));
        await web.SignInAsync(web.Browser(), web.NextPatient());
        var page = (await dana.GetAsync("/riverside/staff/adoption")).Body;
        Assert.Contains("signed in within 30 days", page);
        Assert.Contains("<rect class=\"bar-3\"", page);
        Assert.Contains("Wrong code", page);
        Assert.Contains("As a table", page);
        Assert.Contains("href=\"/riverside/staff/adoption\"", page);
    }

    [Fact]
    public async Task Nobody_else_opens_it() =>
        Assert.StartsWith("/riverside/staff/sign-in", (await web.Browser().GetAsync("/riverside/staff/adoption")).Location);

    [Fact]
    public void Every_kind_of_message_and_failure_has_words()
    {
        Assert.All(Enum.GetValues<MessageKind>(), kind => Assert.NotEqual("", DeliveryWording.Kind(kind)));
        var unnamed = Enum.GetValues<DeliveryFailure>().Where(failure => DeliveryWording.Failure(failure) == "Not known");
        Assert.Equal([DeliveryFailure.None, DeliveryFailure.Unreadable], unnamed);
    }
}
