using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class SmsBudgetTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static int Spend(Queue<DateTimeOffset> sent, int times, DateTimeOffset at) =>
        Enumerable.Range(0, times).Count(_ => SmsBudget.TrySpend(sent, at));

    [Fact]
    public void Five_hundred_codes_an_hour_and_three_thousand_a_day_are_texted()
    {
        var sent = new Queue<DateTimeOffset>();
        Assert.Equal(500, Spend(sent, 600, Noon));
        Assert.Equal(0, Spend(sent, 1, Noon.AddMinutes(59)));
        var rest = Enumerable.Range(1, 10).Sum(hour => Spend(sent, 600, Noon.AddHours(hour)));
        Assert.Equal(2_500, rest);
        Assert.Equal(500, Spend(sent, 600, Noon.AddHours(24)));
    }
}
