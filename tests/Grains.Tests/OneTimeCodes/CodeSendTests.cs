using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class CodeSendTests
{
    private readonly CodeDesk _desk = new();

    [Fact]
    public void A_code_lives_ten_minutes_and_the_next_may_be_asked_for_after_one()
    {
        var sent = Assert.IsType<SendCodeResult.Send>(_desk.Send());
        Assert.Equal(CodeDesk.Noon.AddMinutes(10), sent.Challenge.ExpiresAt);
        Assert.Equal(CodeDesk.Noon.AddMinutes(1), sent.NextAt);
        Assert.True(sent.Challenge.Pending);
    }

    [Theory]
    [InlineData(59.999, false)]
    [InlineData(60, true)]
    public void A_second_code_is_sent_after_a_minute(double seconds, bool isSent)
    {
        _desk.Sent();
        _desk.Wait(TimeSpan.FromSeconds(seconds));
        var result = _desk.Send();
        Assert.Equal(isSent, result is SendCodeResult.Send);
        if (!isSent)
        {
            Assert.Equal(new SendCodeResult.TooManySends { RetryAt = CodeDesk.Noon.AddMinutes(1), EarlierCodeGood = true }, result);
        }
    }

    [Fact]
    public void A_refused_request_changes_nothing_so_that_a_flood_of_them_writes_nothing()
    {
        _desk.Sent();
        var before = _desk.State;
        Assert.IsType<SendCodeResult.TooManySends>(_desk.Send());
        Assert.Same(before, _desk.State);
    }

    [Fact]
    public void A_refused_browser_is_told_that_it_has_no_earlier_code()
    {
        _desk.Sent();
        Assert.False(Assert.IsType<SendCodeResult.TooManySends>(_desk.Send("charlies-laptop")).EarlierCodeGood);
    }

    [Fact]
    public void Five_codes_are_sent_in_an_hour()
    {
        for (var i = 0; i < 5; i++)
        {
            _desk.Sent();
            _desk.Wait(TimeSpan.FromMinutes(2));
        }
        Assert.Equal(CodeDesk.Noon.AddHours(1), Assert.IsType<SendCodeResult.TooManySends>(_desk.Send()).RetryAt);
        _desk.Now = CodeDesk.Noon.AddHours(1);
        _desk.Sent();
    }

    [Fact]
    public void Ten_codes_are_sent_in_a_day()
    {
        for (var i = 0; i < 10; i++)
        {
            _desk.Sent();
            _desk.Wait(TimeSpan.FromMinutes(20));
        }
        Assert.Equal(CodeDesk.Noon.AddDays(1), Assert.IsType<SendCodeResult.TooManySends>(_desk.Send()).RetryAt);
        _desk.Now = CodeDesk.Noon.AddDays(1).AddTicks(-1);
        Assert.IsType<SendCodeResult.TooManySends>(_desk.Send());
        _desk.Now = CodeDesk.Noon.AddDays(1);
        _desk.Sent();
    }

    [Fact]
    public void The_budget_is_one_for_all_purposes()
    {
        _desk.Sent();
        Assert.IsType<SendCodeResult.TooManySends>(_desk.Send(purpose: CodePurpose.Link, context: "link-1"));
    }

    [Fact]
    public void After_a_used_code_the_next_needs_no_minutes_wait_and_the_one_after_does()
    {
        var code = _desk.Sent();
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
        _desk.Sent(purpose: CodePurpose.Elevation, context: "session-1");
        Assert.IsType<SendCodeResult.TooManySends>(_desk.Send(purpose: CodePurpose.Elevation, context: "session-1"));
    }

    [Fact]
    public void A_used_code_waives_the_minute_and_not_the_hour()
    {
        for (var i = 0; i < 5; i++)
        {
            var code = _desk.Sent();
            Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code, operation: $"session-{i}"));
        }
        Assert.Equal(CodeDesk.Noon.AddHours(1), Assert.IsType<SendCodeResult.TooManySends>(_desk.Send()).RetryAt);
    }

    [Fact]
    public void A_stranger_can_neither_use_up_the_sends_of_a_known_device_nor_replace_its_code()
    {
        var code = _desk.Sent("alices-phone", known: true);
        for (var i = 0; i < 5; i++)
        {
            _desk.Sent("charlies-laptop");
            _desk.Wait(TimeSpan.FromMinutes(1));
        }
        Assert.IsType<SendCodeResult.TooManySends>(_desk.Send("charlies-laptop"));
        _desk.Now = CodeDesk.Noon.AddMinutes(9);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
        _desk.Sent("alices-phone", known: true);
    }

    [Fact]
    public void The_same_request_again_is_not_a_second_send()
    {
        _desk.Send(id: "c-one");
        var before = _desk.State;
        Assert.IsType<SendCodeResult.AlreadyIssued>(_desk.Send(id: "c-one"));
        Assert.Same(before, _desk.State);
        _desk.State = OneTimeCode.Addressed(_desk.State, "c-one", "<c-one:1>", "p-alice", "alice@example.com");
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check("1"));
        Assert.IsType<SendCodeResult.AlreadyIssued>(_desk.Send(id: "c-one"));
    }

    [Fact]
    public void What_is_pending_is_sent_once_and_not_after_it_expired()
    {
        _desk.Send(id: "c-one");
        Assert.Equal("c-one", Assert.Single(OneTimeCode.Pending(_desk.State, _desk.Now)).Id);
        Assert.Empty(OneTimeCode.Pending(_desk.State, CodeDesk.Noon.AddMinutes(10)));
        var addressed = OneTimeCode.Addressed(_desk.State, "c-one", "h", "p-alice", "alice@example.com");
        Assert.Empty(OneTimeCode.Pending(addressed, _desk.Now));
        Assert.Same(addressed, OneTimeCode.Addressed(addressed, "c-one", "other", "p-bob", "bob@example.com"));
        Assert.Same(addressed, OneTimeCode.Addressed(addressed, "c-two", "other", "p-bob", "bob@example.com"));
    }

    [Fact]
    public void When_the_guesses_are_spent_no_code_is_sent_that_could_not_be_used()
    {
        _desk.Sent();
        _desk.Wrong(5);
        _desk.Wait(TimeSpan.FromMinutes(2));
        Assert.Equal(new SendCodeResult.TooManyGuesses { RetryAt = CodeDesk.Noon.AddHours(1) }, _desk.Send());
    }

    [Fact]
    public void After_the_clock_went_back_nobody_waits_longer_than_one_window()
    {
        _desk.Now = CodeDesk.Noon.AddYears(70);
        for (var i = 0; i < 5; i++)
        {
            _desk.Sent();
            _desk.Wait(TimeSpan.FromMinutes(2));
        }
        _desk.Now = CodeDesk.Noon;
        Assert.Equal(CodeDesk.Noon.AddHours(1), Assert.IsType<SendCodeResult.TooManySends>(_desk.Send()).RetryAt);
        _desk.Now = CodeDesk.Noon.AddMinutes(30);
        Assert.Equal(CodeDesk.Noon.AddHours(1), Assert.IsType<SendCodeResult.TooManySends>(_desk.Send()).RetryAt);
        _desk.Now = CodeDesk.Noon.AddHours(1);
        _desk.Sent();
    }

    [Fact]
    public void An_organisation_may_tighten_and_never_loosen()
    {
        var loose = new OneTimeCodeLimits
        {
            Lifetime = TimeSpan.FromHours(9),
            GuessesPerChallenge = 99,
            GuessesPerHour = 99,
            GuessesPerDay = 99,
            SendSpacing = TimeSpan.Zero,
            SendsPerHour = 99,
            SendsPerDay = 99,
        };
        Assert.Equal(OneTimeCodeLimits.Default, OneTimeCodeLimits.Tightened(loose));
        Assert.Equal(OneTimeCodeLimits.Default, OneTimeCodeLimits.Tightened(null));
        var tight = loose with
        {
            Lifetime = TimeSpan.FromMinutes(5),
            GuessesPerChallenge = 3,
            SendsPerHour = 0,
            SendSpacing = TimeSpan.FromMinutes(3),
        };
        var tightened = OneTimeCodeLimits.Tightened(tight);
        Assert.Equal((TimeSpan.FromMinutes(5), 3, 1, TimeSpan.FromMinutes(3)),
            (tightened.Lifetime, tightened.GuessesPerChallenge, tightened.SendsPerHour, tightened.SendSpacing));
    }

    [Fact]
    public void Tightened_limits_are_kept()
    {
        var limits = new OneTimeCodeLimits { Lifetime = TimeSpan.FromMinutes(5), GuessesPerChallenge = 2 };
        var desk = new CodeDesk { Limits = OneTimeCodeLimits.Tightened(limits) };
        var code = desk.Sent();
        desk.Wrong(2);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(desk.Check(code));
        desk.Wait(TimeSpan.FromMinutes(5));
        Assert.IsType<CheckCodeResult.Expired>(desk.Check(code));
    }

    [Fact]
    public void The_state_is_bounded_whatever_is_asked_of_it()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            _desk.Wait(TimeSpan.FromSeconds(random.Next(-5, 400)));
            var purpose = (CodePurpose)random.Next(5);
            var known = random.Next(2) == 0;
            var browser = $"browser-{random.Next(3)}";
            if (_desk.Send(browser, known, purpose) is SendCodeResult.Send sent)
            {
                var id = sent.Challenge.Id;
                _desk.State = OneTimeCode.Addressed(_desk.State, id, $"<{id}:right>", "p-alice", "alice@example.com");
            }
            _desk.Check(random.Next(3) == 0 ? "right" : "wrong", browser, $"session-{i}", purpose);
            Assert.InRange(_desk.State.Slots.Length, 0, 10);
            Assert.InRange(_desk.State.Used.Length, 0, OneTimeCode.MostUsed);
            Assert.All(_desk.State.Slots, s => Assert.InRange(s.WrongAt.Length, 0, 5));
            foreach (var budget in new[] { _desk.State.Known, _desk.State.Unknown })
            {
                Assert.InRange(budget.SentAt.Length, 0, 10);
                Assert.InRange(budget.GuessedAt.Length, 0, 20);
                Assert.Equal(budget.SentAt.Order(), budget.SentAt);
                Assert.Equal(budget.GuessedAt.Order(), budget.GuessedAt);
            }
        }
    }

    [Fact]
    public void A_day_after_the_last_request_nothing_is_left_to_keep()
    {
        var code = _desk.Sent();
        _desk.Wrong(2);
        _desk.Check(code);
        Assert.False(OneTimeCode.IsSpent(_desk.State, CodeDesk.Noon.AddDays(1).AddTicks(-1)));
        Assert.True(OneTimeCode.IsSpent(_desk.State, CodeDesk.Noon.AddDays(1)));
        Assert.True(OneTimeCode.IsSpent(new(), CodeDesk.Noon));
    }
}
