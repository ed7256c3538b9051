using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class ClientAddressTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ten_tries_and_twenty_requests_a_minute_are_let_through()
    {
        var counts = new ClientAddressCounts();
        for (var i = 0; i < 10; i++) (_, counts) = Allowed(ClientAddress.Verify(counts, Noon));
        for (var i = 0; i < 20; i++) (_, counts) = Allowed(ClientAddress.Request(counts, Noon));
        Assert.False(ClientAddress.Verify(counts, Noon.AddSeconds(59)).Answer.Allowed);
        Assert.False(ClientAddress.Request(counts, Noon.AddSeconds(59)).Answer.Allowed);
        Allowed(ClientAddress.Verify(counts, Noon.AddMinutes(1)));
        Allowed(ClientAddress.Request(counts, Noon.AddMinutes(1)));
    }

    [Fact]
    public void A_flood_of_refusals_is_reported_once_a_minute_and_prolongs_nothing()
    {
        var counts = new ClientAddressCounts();
        for (var i = 0; i < 10; i++) (_, counts) = ClientAddress.Verify(counts, Noon);
        var reports = 0;
        for (var second = 0; second < 60; second++)
        {
            (var answer, counts) = ClientAddress.Verify(counts, Noon.AddSeconds(second));
            reports += answer.Report ? 1 : 0;
        }

        Assert.Equal(1, reports);
        Allowed(ClientAddress.Verify(counts, Noon.AddMinutes(1)));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_IPv6_network_counts_as_one_address(string left, string right, bool together) =>
        Assert.Equal(together, ClientAddress.Bucket(left) == ClientAddress.Bucket(right));

    private static (ClientAddressAnswer Answer,
        ClientAddressCounts Counts) Allowed((ClientAddressAnswer Answer, ClientAddressCounts Counts) decision)
    {
        Assert.True(decision.Answer.Allowed);
        return decision;
    }
}
