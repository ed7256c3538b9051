using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class GuessAlarmTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static (int Alarms, GuessCounts Counts) Guess(GuessCounts counts, int times, DateTimeOffset at)
    {
        var alarms = 0;
        for (var i = 0; i < times; i++)
        {
            (var alarm, counts) = GuessAlarm.Count(counts, at);
            alarms += alarm ? 1 : 0;
        }

        return (alarms, counts);
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(500, 1)]
    public void A_hundred_wrong_guesses_in_ten_minutes_set_it_off_once(int times, int alarms) =>
        Assert.Equal(alarms, Guess(new GuessCounts(), times, Noon).Alarms);

    [Fact]
    public void Guesses_spread_over_a_day_do_not_set_it_off()
    {
        var counts = new GuessCounts();
        for (var hour = 0; hour < 24; hour++)
        {
            (var alarms, counts) = Guess(counts, 50, Noon.AddHours(hour));
            Assert.Equal(0, alarms);
        }
    }

    [Fact]
    public void It_goes_off_again_in_the_next_window_and_is_shown_for_a_day()
    {
        var (_, counts) = Guess(new GuessCounts(), 100, Noon);
        (var alarms, counts) = Guess(counts, 100, Noon.AddMinutes(10));
        Assert.Equal(1, alarms);
        Assert.Equal(Noon.AddMinutes(10), GuessAlarm.LastAlarm(counts, Noon.AddHours(24)));
        Assert.Null(GuessAlarm.LastAlarm(counts, Noon.AddHours(25)));
    }
}
