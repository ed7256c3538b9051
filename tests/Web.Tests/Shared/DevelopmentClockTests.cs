using Portal.Silo.Development;
using Portal.Tests;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class DevelopmentClockTests : IDisposable
{
    private readonly ManualTimeProvider _real = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-clock").FullName;

    private string File => Path.Combine(_folder, "clock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_goes_on_from_where_it_was_moved_to()
    {
        var clock = new DevelopmentClock(null, _real);
        var (time, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        Assert.True(clock.Advance(TimeSpan.FromDays(3)));
        _real.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(time + new TimeSpan(3, 0, 0, 1), clock.GetUtcNow());
        Assert.Equal(new TimeSpan(3, 0, 0, 1), clock.GetElapsedTime(stamp));
    }

    [Fact]
    public void It_never_goes_back_and_not_beyond_its_limit()
    {
        var clock = new DevelopmentClock(null, _real);
        Assert.False(clock.Advance(TimeSpan.FromTicks(-1)));
        Assert.False(clock.Advance(DevelopmentClock.MaxOffset + TimeSpan.FromTicks(1)));
        Assert.False(clock.Advance(TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.Zero, clock.Offset);
    }

    [Fact]
    public void Timers_fire_when_it_is_moved_past_them_and_not_before()
    {
        var clock = new DevelopmentClock(null, _real);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(60), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromMinutes(59));
        _real.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, fired);
        clock.Advance(TimeSpan.FromSeconds(1));
        _real.Advance(TimeSpan.Zero);
        Assert.Equal(1, fired);
        clock.Advance(TimeSpan.FromDays(1));
        _real.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_periodic_timer_ticks_once_for_a_jump_and_then_goes_on()
    {
        var clock = new DevelopmentClock(null, _real);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromDays(1));
        _real.Advance(TimeSpan.Zero);
        Assert.Equal(1, fired);
        _real.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(3, fired);
    }

    [Fact]
    public void Timers_longer_than_the_systems_are_reached_in_steps()
    {
        var clock = new DevelopmentClock(null, _real);
        var fired = 0;
        using var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromDays(100), Timeout.InfiniteTimeSpan);
        _real.Advance(TimeSpan.FromDays(99));
        Assert.Equal(0, fired);
        _real.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_changed_or_disposed_timer_forgets_its_time()
    {
        var clock = new DevelopmentClock(null, _real);
        var fired = 0;
        var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan));
        clock.Advance(TimeSpan.FromMinutes(2));
        _real.Advance(TimeSpan.Zero);
        Assert.Equal(0, fired);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        clock.Advance(TimeSpan.FromHours(2));
        _real.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, fired);
    }

    [Fact]
    public void A_restart_does_not_take_the_time_back()
    {
        var clock = new DevelopmentClock(File, _real);
        clock.Advance(TimeSpan.FromDays(3));
        clock.Advance(TimeSpan.FromSeconds(1));
        var again = new DevelopmentClock(File, _real);
        Assert.Equal(clock.GetUtcNow(), again.GetUtcNow());
    }

    [Theory]
    [InlineData("sqlite:data/portal.db", "data/portal.db.clock")]
    [InlineData("sqlite: /var/lib/p.db ", "/var/lib/p.db.clock")]
    [InlineData("sqlite::memory:", null)]
    [InlineData("postgres:Host=db;Database=portal", "data/clock")]
    public void The_offset_lies_beside_the_data(string storage, string? file) => Assert.Equal(file, ClockEndpoints.FileBeside(storage));
}
