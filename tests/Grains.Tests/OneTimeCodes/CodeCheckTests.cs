using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class CodeCheckTests
{
    private readonly CodeDesk _desk = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(599.999, true)]
    [InlineData(600, false)]
    [InlineData(600.001, false)]
    [InlineData(3_600, false)]
    public void A_code_is_good_for_ten_minutes_and_not_at_ten_minutes(double seconds, bool isGood)
    {
        var code = _desk.Sent();
        _desk.Wait(TimeSpan.FromSeconds(seconds));
        Assert.IsType(isGood ? typeof(CheckCodeResult.Accepted) : typeof(CheckCodeResult.Expired), _desk.Check(code));
    }

    [Fact]
    public void The_accepted_code_says_to_whom_it_was_sent()
    {
        var accepted = Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(_desk.Sent()));
        Assert.Equal(("p-alice", "alice@example.com", false), (accepted.Challenge.Patient, accepted.Challenge.Address, accepted.Repeated));
    }

    [Fact]
    public void Of_five_hundred_wrong_guesses_five_are_evaluated()
    {
        var code = _desk.Sent();
        for (var i = 0; i < 500; i++)
        {
            var result = _desk.Check("wrong");
            if (i < 5)
            {
                Assert.Equal(new CheckCodeResult.Wrong { GuessesLeft = 4 - i }, result);
            }
            else
            {
                Assert.Equal(new CheckCodeResult.TooManyGuesses { RetryAt = CodeDesk.Noon.AddHours(1) }, result);
            }
        }
        Assert.Equal(5, _desk.Evaluated);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check(code));
    }

    [Fact]
    public void What_is_not_evaluated_changes_nothing_so_that_a_flood_of_guesses_writes_nothing()
    {
        _desk.Sent();
        _desk.Wrong(5);
        var before = _desk.State;
        _desk.Check("wrong");
        _desk.Check("wrong", "charlies-laptop");
        _desk.Check("wrong", purpose: CodePurpose.Elevation);
        Assert.Same(before, _desk.State);
    }

    [Fact]
    public void The_right_code_at_the_fifth_guess_is_accepted()
    {
        var code = _desk.Sent();
        _desk.Wrong(4);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
    }

    [Fact]
    public void Of_fifty_right_guesses_at_once_one_is_accepted()
    {
        var code = _desk.Sent();
        var results = Enumerable.Range(0, 50).Select(i => _desk.Check(code, operation: $"session-{i}")).ToList();
        Assert.IsType<CheckCodeResult.Accepted>(results[0]);
        Assert.All(results.Skip(1), r => Assert.IsType<CheckCodeResult.AlreadyUsed>(r));
    }

    [Fact]
    public void The_operation_that_used_a_code_is_accepted_again_even_after_it_expired_and_counts_as_no_guess()
    {
        var code = _desk.Sent();
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
        _desk.Wait(TimeSpan.FromHours(5));
        var before = _desk.State;
        for (var i = 0; i < 30; i++)
        {
            Assert.True(Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code)).Repeated);
        }
        Assert.Same(before, _desk.State);
    }

    [Theory]
    [InlineData("session-2", "alices-phone", CodePurpose.SignIn, "", true)]
    [InlineData("session-1", "charlies-laptop", CodePurpose.SignIn, "", false)]
    [InlineData("session-1", "alices-phone", CodePurpose.Elevation, "", false)]
    [InlineData("session-1", "alices-phone", CodePurpose.SignIn, "link-1", false)]
    public void A_used_code_is_refused_to_anything_else(
        string operation, string browser, CodePurpose purpose, string context, bool isNamedUsed)
    {
        var code = _desk.Sent();
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
        var result = _desk.Check(code, browser, operation, purpose, context);
        Assert.IsType(isNamedUsed ? typeof(CheckCodeResult.AlreadyUsed) : typeof(CheckCodeResult.NotOpen), result);
    }

    [Fact]
    public void The_operation_that_used_a_code_is_refused_another_one()
    {
        Used("session-1", out _);
        Assert.IsType<CheckCodeResult.AlreadyUsed>(_desk.Check("wrong"));
    }

    [Fact]
    public void An_operation_may_use_a_second_code_as_elevating_the_same_session_twice_does()
    {
        Used("session-1", out var first);
        var second = _desk.Sent();
        Assert.False(Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(second)).Repeated);
        Assert.True(Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(first)).Repeated);
    }

    [Fact]
    public void A_newer_code_replaces_the_older_one()
    {
        var older = _desk.Sent();
        _desk.Wait(TimeSpan.FromMinutes(1));
        var newer = _desk.Sent();
        Assert.IsType<CheckCodeResult.Wrong>(_desk.Check(older));
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(newer));
    }

    [Fact]
    public void Wrong_guesses_carry_over_to_the_newer_code()
    {
        _desk.Sent();
        _desk.Wrong(3);
        _desk.Wait(TimeSpan.FromMinutes(1));
        var newer = _desk.Sent();
        Assert.Equal(1, Assert.IsType<CheckCodeResult.Wrong>(_desk.Check("wrong")).GuessesLeft);
        Assert.Equal(0, Assert.IsType<CheckCodeResult.Wrong>(_desk.Check("wrong")).GuessesLeft);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check(newer));
    }

    [Fact]
    public void A_success_ends_the_carrying_over()
    {
        var code = _desk.Sent();
        _desk.Wrong(4);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
        _desk.Sent();
        Assert.Equal(4, Assert.IsType<CheckCodeResult.Wrong>(_desk.Check("wrong")).GuessesLeft);
    }

    [Fact]
    public void The_hour_ends_the_carrying_over()
    {
        _desk.Sent();
        _desk.Wrong(5);
        _desk.Wait(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.IsType<SendCodeResult.TooManyGuesses>(_desk.Send());
        _desk.Wait(TimeSpan.FromTicks(1));
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(_desk.Sent()));
    }

    [Fact]
    public void Ten_guesses_an_hour_are_looked_at_across_all_purposes()
    {
        foreach (var (purpose, last) in new[] { (CodePurpose.SignIn, false), (CodePurpose.Link, false), (CodePurpose.Invitation, true) })
        {
            if (last)
            {
                Assert.Equal(CodeDesk.Noon.AddHours(1), Assert.IsType<SendCodeResult.TooManyGuesses>(_desk.Send(purpose: purpose)).RetryAt);
                break;
            }
            _desk.Sent(purpose: purpose);
            for (var i = 0; i < 5; i++)
            {
                Assert.IsType<CheckCodeResult.Wrong>(_desk.Check("wrong", purpose: purpose));
            }
            _desk.Wait(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Twenty_guesses_a_day_are_looked_at()
    {
        for (var hour = 0; hour < 4; hour++)
        {
            _desk.Now = CodeDesk.Noon.AddHours(hour);
            _desk.Sent();
            _desk.Wrong(5);
        }
        _desk.Now = CodeDesk.Noon.AddHours(5);
        Assert.Equal(CodeDesk.Noon.AddDays(1), Assert.IsType<SendCodeResult.TooManyGuesses>(_desk.Send()).RetryAt);
    }

    [Fact]
    public void A_stranger_cannot_use_up_the_guesses_of_a_known_device()
    {
        for (var hour = 0; hour < 4; hour++)
        {
            _desk.Now = CodeDesk.Noon.AddHours(hour);
            _desk.Sent("charlies-laptop");
            _desk.Wrong(5, "charlies-laptop");
        }
        var code = _desk.Sent("alices-phone", known: true);
        _desk.Wrong(4);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
    }

    [Fact]
    public void A_code_is_bound_to_the_browser_that_asked_for_it_and_trying_elsewhere_costs_no_guess()
    {
        var code = _desk.Sent("alices-phone");
        Assert.IsType<CheckCodeResult.OtherBrowser>(_desk.Check(code, "charlies-laptop"));
        Assert.IsType<CheckCodeResult.OtherBrowser>(_desk.Check(code, ""));
        Assert.Equal(0, _desk.Evaluated);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code, "alices-phone"));
    }

    [Fact]
    public void A_known_and_an_unknown_browser_each_have_their_own_code()
    {
        var phone = _desk.Sent("alices-phone", known: true);
        var tablet = _desk.Sent("alices-tablet");
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(tablet, "alices-tablet", "session-2"));
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(phone, "alices-phone", "session-1"));
    }

    [Fact]
    public void Of_two_unknown_browsers_the_later_has_the_code()
    {
        var first = _desk.Sent("alices-phone");
        _desk.Wait(TimeSpan.FromMinutes(1));
        var second = _desk.Sent("alices-tablet");
        Assert.IsType<CheckCodeResult.OtherBrowser>(_desk.Check(first, "alices-phone"));
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(second, "alices-tablet"));
    }

    [Fact]
    public void A_browser_that_became_known_between_two_requests_uses_its_newest_code()
    {
        _desk.Sent("alices-phone");
        _desk.Wait(TimeSpan.FromSeconds(5));
        var newer = _desk.Sent("alices-phone", known: true);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(newer));
    }

    [Theory]
    [InlineData(CodePurpose.Elevation, "")]
    [InlineData(CodePurpose.SignIn, "link-1")]
    [InlineData(CodePurpose.CredentialChange, "")]
    public void A_code_is_worth_nothing_for_another_purpose_or_thing(CodePurpose purpose, string context)
    {
        var code = _desk.Sent();
        Assert.IsType<CheckCodeResult.NotOpen>(_desk.Check(code, purpose: purpose, context: context));
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
    }

    [Fact]
    public void Without_a_code_asked_for_nothing_is_evaluated()
    {
        Assert.IsType<CheckCodeResult.NotOpen>(_desk.Check("000000"));
        Assert.Equal(0, _desk.Evaluated);
    }

    [Fact]
    public void A_credential_that_nobody_holds_answers_like_one_that_somebody_does()
    {
        var unknown = new CodeDesk();
        var id = Assert.IsType<SendCodeResult.Send>(unknown.Send()).Challenge.Id;
        unknown.State = OneTimeCode.Addressed(unknown.State, id, "", "", "");
        _desk.Sent();
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(_desk.Check("wrong"), unknown.Check("wrong"));
            Assert.Equal(_desk.Evaluated, unknown.Evaluated);
        }
    }

    [Fact]
    public void While_nobody_is_found_yet_no_code_is_right_and_guesses_count()
    {
        _desk.Send();
        _desk.Wrong(5);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check(""));
    }

    [Theory]
    [InlineData(-60, true)]
    [InlineData(-60.001, false)]
    [InlineData(-100_000, false)]
    public void A_clock_that_went_back_keeps_no_code_alive_for_more_than_a_minute(double seconds, bool isGood)
    {
        var code = _desk.Sent();
        _desk.Wait(TimeSpan.FromSeconds(seconds));
        Assert.IsType(isGood ? typeof(CheckCodeResult.Accepted) : typeof(CheckCodeResult.Expired), _desk.Check(code));
    }

    [Fact]
    public void A_clock_that_goes_back_gives_no_guesses_back()
    {
        var code = _desk.Sent();
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<CheckCodeResult.Wrong>(_desk.Check("wrong"));
            _desk.Wait(TimeSpan.FromSeconds(-5));
        }
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check(code));
        _desk.Now = CodeDesk.Noon.AddMinutes(9);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check(code));
    }

    public static TheoryData<string, PatientStanding, bool> Standings => new()
    {
        { "nothing happened", new PatientStanding { Kind = StandingKind.Good }, false },
        { "access is still to be given", new PatientStanding { Kind = StandingKind.NoAccess }, false },
        { "sessions ended long before", new PatientStanding { Kind = StandingKind.Good, EpochAt = CodeDesk.Noon.AddHours(-1) }, false },
        { "something ended at that moment", new PatientStanding { Kind = StandingKind.Good, EpochAt = CodeDesk.Noon }, false },
        { "a credential was changed since", new PatientStanding { Kind = StandingKind.Good, EpochAt = CodeDesk.Noon.AddSeconds(1) }, true },
        { "blocked", new PatientStanding { Kind = StandingKind.Blocked, EpochAt = CodeDesk.Noon }, true },
        { "gone", new PatientStanding(), true },
    };

    [Theory]
    [MemberData(nameof(Standings))]
    public void A_code_dies_with_what_ends_sessions_and_the_guesses_stay_spent(string what, PatientStanding standing, bool dead)
    {
        var code = _desk.Sent();
        _desk.Wrong(4);
        var before = _desk.State;
        Assert.Same(before, OneTimeCode.Withdraw(before, "p-bob", standing));
        Assert.Same(before, OneTimeCode.Withdraw(before, "", standing));
        _desk.State = OneTimeCode.Withdraw(before, "p-alice", standing);
        Assert.Equal((what, dead), (what, !ReferenceEquals(before, _desk.State)));
        Assert.Same(_desk.State, OneTimeCode.Withdraw(_desk.State, "p-alice", standing));
        if (!dead)
        {
            Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code));
            return;
        }

        Assert.IsType<CheckCodeResult.NotOpen>(_desk.Check(code));
        _desk.Wait(TimeSpan.FromMinutes(1));
        _desk.Sent();
        _desk.Wrong(1);
        Assert.IsType<CheckCodeResult.TooManyGuesses>(_desk.Check("wrong"));
    }

    [Fact]
    public void A_code_that_was_used_before_a_block_is_not_accepted_again_by_its_operation()
    {
        Used("session-1", out var code);
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code, operation: "session-1"));
        var standing = new PatientStanding { Kind = StandingKind.Good, EpochAt = CodeDesk.Noon.AddSeconds(1) };
        _desk.State = OneTimeCode.Withdraw(_desk.State, "p-alice", standing);
        Assert.IsType<CheckCodeResult.NotOpen>(_desk.Check(code, operation: "session-1"));
    }

    private void Used(string operation, out string code)
    {
        code = _desk.Sent();
        Assert.IsType<CheckCodeResult.Accepted>(_desk.Check(code, operation: operation));
    }
}
