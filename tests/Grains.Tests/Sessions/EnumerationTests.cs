using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>Whether a credential is anybody's can't be told from what asking for its code, or guessing it, answers and costs.</summary>
public sealed class EnumerationTests
{
    [Theory]
    [InlineData(AccessLevel.CanAccess)]
    [InlineData(AccessLevel.NoAccess)]
    public async Task A_request_costs_the_same_whoever_holds_the_credential_and_whether_anybody_does(AccessLevel access)
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).SetAccess(access));
        var known = await CostAsync(desk, SignInDesk.AliceEmail);
        // What is written at the same time has no order.
        Assert.Equal(["audit", "codes", "outbox", "state:OneTimeCode"], known.Order(StringComparer.Ordinal));
        Assert.Equal(known.Order(), (await CostAsync(desk, "nobody@example.org")).Order());
    }

    [Fact]
    public async Task Known_and_unknown_credentials_answer_alike_from_first_request_to_last_guess()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var (known, unknown) = (await StoryAsync(desk, SignInDesk.AliceEmail, "198.51.100"),
            await StoryAsync(desk, "nobody@example.org", "203.0.113"));
        Assert.Equal(known.Answers, unknown.Answers);
        Assert.Equal(known.Writes.Order(StringComparer.Ordinal), unknown.Writes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_request_and_a_wrong_guess_make_the_same_calls_whether_or_not_anybody_holds_the_credential()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var calls = new CallLog();
        desk.Portal.MoreServices = services => services.AddSingleton<IIncomingGrainCallFilter>(calls);
        await desk.Portal.RestartAsync();
        var known = await CallsAsync(desk, calls, SignInDesk.AliceEmail);
        Assert.Contains("IPatientGrain.CodeDestination", known);
        Assert.Equal(known, await CallsAsync(desk, calls, "nobody@example.org"));
    }

    private static async Task<IReadOnlyList<string>> CallsAsync(SignInDesk desk, CallLog calls, string email)
    {
        calls.Clear();
        await desk.AskAsync(desk.SubjectOf(email));
        await desk.Portal.SettleAsync();
        await desk.EnterAsync(Tokens.New(), "000000", desk.SubjectOf(email));
        await desk.Portal.SettleAsync();
        // What is called at the same time has no order.
        return [.. calls.Names.Order(StringComparer.Ordinal)];
    }

    // The writes of one request for a code, in order.
    private static async Task<IReadOnlyList<string>> CostAsync(SignInDesk desk, string email)
    {
        await desk.Portal.SettleAsync();
        using var writes = WriteLog.Of(desk.Portal.Database);
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync(desk.SubjectOf(email)));
        await desk.Portal.SettleAsync();
        return writes.Points;
    }

    private static async Task<(List<string> Answers, List<string> Writes)> StoryAsync(SignInDesk desk, string email, string network)
    {
        await desk.Portal.SettleAsync();
        using var writes = WriteLog.Of(desk.Portal.Database);
        var (subject, start) = (desk.SubjectOf(email), desk.Portal.Clock.GetUtcNow());
        var answers = new List<string>();
        for (var request = 0; request < 3; request++)
        {
            answers.Add(Relative(await desk.AskAsync(subject, address: $"{network}.{request}"), start));
            for (var guess = 0; guess < 3; guess++)
            {
                answers.Add(Relative(await desk.EnterAsync(Tokens.New(), "000000", subject, address: $"{network}.{request}{guess}"),
                    start));
            }

            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        return (answers, [.. writes.Points]);
    }

    // Times as they are from the start, so that stories told one after the other compare.
    private static string Relative(object answer, DateTimeOffset start) => answer switch
    {
        CodeRequestOutcome.OnItsWay way => $"on its way, expires after {way.ExpiresAt - start}, next after {way.NextAt - start}",
        CodeRequestOutcome.TooMany many => $"too many until {many.Until - start}, earlier {many.EarlierCodeGood}",
        Abstractions.Sessions.SignInOutcome.TooMany many => $"too many until {many.Until - start}",
        _ => answer.ToString()!,
    };

    private sealed class CallLog : IIncomingGrainCallFilter
    {
        private readonly ConcurrentQueue<string> _names = new();

        public IEnumerable<string> Names => _names;

        public void Clear() => _names.Clear();

        public Task Invoke(IIncomingGrainCallContext context)
        {
            // The engine's own calls come when they like.
            var type = context.InterfaceMethod.DeclaringType!;
            if (type.Namespace!.StartsWith("Portal.", StringComparison.Ordinal))
                _names.Enqueue($"{type.Name}.{context.InterfaceMethod.Name}");
            return context.Invoke();
        }
    }
}
