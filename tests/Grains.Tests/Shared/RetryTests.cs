using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

public sealed class RetryTests
{
    public static TheoryData<Exception, bool> Failures => new()
    {
        { new SiloUnavailableException(), true },
        { new TimeoutException(), true },
        { new InconsistentStateException("outdated"), true },
        { new DatabaseUnavailableException("away", outcomeUnknown: true), true },
        { new DoorRefusedException("no"), false },
        { new InvalidOperationException("a mistake"), false },
        { new ArgumentException("another"), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_passes_is_tried_again_where_that_is_as_doing_it_once(Exception failure, bool passes)
    {
        Assert.Equal(passes, RetryRules.MayRepeat(failure, repeatable: true));
        Assert.False(RetryRules.MayRepeat(failure, repeatable: false));
    }

    [Fact]
    public void Waits_grow_to_a_second_and_end_before_people_give_up()
    {
        var waits = Enumerable.Range(1, 40).Select(RetryRules.Delay).ToList();
        Assert.Equal(RetryRules.FirstDelay, waits[0]);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(RetryRules.LongestDelay, waits[^1]);
    }

    [Theory]
    [InlineData(typeof(ISessionGrain), nameof(ISessionGrain.Check), true)]
    [InlineData(typeof(ISessionGrain), nameof(ISessionGrain.SignInWithCode), true)]
    [InlineData(typeof(ISessionGrain), nameof(ISessionGrain.BeginStaff), false)]
    [InlineData(typeof(IOneTimeCodeGrain), nameof(IOneTimeCodeGrain.RequestSignIn), false)]
    [InlineData(typeof(IOneTimeCodeGrain), nameof(IOneTimeCodeGrain.Verify), true)]
    [InlineData(typeof(IPatientGrain), nameof(IPatientGrain.Block), true)]
    [InlineData(typeof(IPatientGrain), nameof(IPatientGrain.EndAllSessions), false)]
    public void What_counts_or_sends_is_not_repeated_by_itself(Type grain, string method, bool repeatable) =>
        Assert.Equal(repeatable, RetryRules.IsRepeatable(grain.GetMethod(method)!));

    [Fact]
    public void Every_grain_says_whether_its_calls_may_be_made_again()
    {
        var grains = typeof(ISessionGrain).Assembly.GetTypes()
            .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IGrainWithStringKey)));
        Assert.DoesNotContain(grains, t => t.GetCustomAttribute<RepeatableAttribute>() is null);
    }

    [Fact]
    public async Task A_write_that_fails_while_the_database_is_away_for_a_moment_is_not_noticed()
    {
        await using var portal = await PortalFixture.StartAsync();
        portal.MoreServices = services => services.AddSingleton<IOutgoingGrainCallFilter>(
            _ => new RetryFilter(TimeProvider.System, NullLogger<RetryFilter>.Instance));
        await portal.RestartAsync();
        var alice = await portal.RegisterAsync("Alice");
        var away = new Away(times: 3);
        portal.Database.Faults = away;
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).Block("a reason"));
        portal.Database.Faults = null;
        Assert.Equal(0, away.Left);
        Assert.NotNull((await portal.AsAsync(Cast.Dana(), portal.Patient(alice).OnlineAccess))!.BlockedAt);
    }

    /// <summary>A database that refuses the next writes of patients.</summary>
    private sealed class Away(int times) : IWriteFaults
    {
        private int _left = times;

        public int Left => Math.Max(0, Volatile.Read(ref _left));

        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit) =>
            unit.Point == "state:Patient" && Interlocked.Decrement(ref _left) >= 0
                ? throw new DatabaseUnavailableException("away", outcomeUnknown: false)
                : new ValueTask<WriteFault>(WriteFault.None);

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;

        public void Kill(WriteUnit unit) { }
    }
}
