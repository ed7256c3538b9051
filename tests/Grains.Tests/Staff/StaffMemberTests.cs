using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Shared;
using Portal.Grains.Staff;
using Xunit;

namespace Portal.Grains.Tests.Staff;

public sealed class StaffMemberTests
{
    private const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly StaffState Dana = new() { Name = "Dana", Email = "dana@riverside.example" };

    private static StaffState Wrong(StaffState state, int times, bool known, DateTimeOffset at) =>
        Enumerable.Range(0, times).Aggregate(state, (s, _) => StaffMember.WrongPassword(s, known, at));

    [Fact]
    public void Ten_wrong_passwords_in_an_hour_are_compared_and_no_more()
    {
        Assert.Null(StaffMember.NextPasswordAt(Wrong(Dana, 9, false, Noon), false, Noon));
        var spent = Wrong(Dana, 10, false, Noon);
        Assert.Equal(Noon.AddHours(1), StaffMember.NextPasswordAt(spent, false, Noon));
        Assert.Null(StaffMember.NextPasswordAt(spent, false, Noon.AddHours(1)));
    }

    [Fact]
    public void Twenty_wrong_passwords_in_a_day_are_compared_and_no_more()
    {
        var spent = Wrong(Wrong(Dana, 10, false, Noon), 10, false, Noon.AddHours(2));
        Assert.Equal(Noon.AddHours(24), StaffMember.NextPasswordAt(spent, false, Noon.AddHours(4)));
        Assert.Equal(20, Wrong(spent, 5, false, Noon.AddHours(3)).WrongFromUnknown.Length);
    }

    [Fact]
    public void A_stranger_who_spends_the_budget_does_not_lock_a_known_browser_out()
    {
        var spent = Wrong(Dana, 20, known: false, Noon);
        Assert.NotNull(StaffMember.NextPasswordAt(spent, known: false, Noon));
        Assert.Null(StaffMember.NextPasswordAt(spent, known: true, Noon));
    }

    [Fact]
    public void An_authenticator_code_is_right_once()
    {
        var code = Totp.CodeAt(Secret, Noon);
        var first = StaffMember.CheckTotp(Dana, Secret, code, "new-session", Noon);
        Assert.Equal(TotpVerdict.Right, first.Result.Verdict);
        Assert.Equal(TotpVerdict.Wrong, StaffMember.CheckTotp(first.State, Secret, code, "other-session", Noon).Result.Verdict);
    }

    [Fact]
    public void The_same_operation_may_come_again_with_the_code_it_used()
    {
        var code = Totp.CodeAt(Secret, Noon);
        var first = StaffMember.CheckTotp(Dana, Secret, code, "new-session", Noon);
        var again = StaffMember.CheckTotp(first.State, Secret, code, "new-session", Noon);
        Assert.Equal(TotpVerdict.Right, again.Result.Verdict);
        Assert.False(again.Changed(first.State));
    }

    [Fact]
    public void Ten_wrong_authenticator_codes_stop_the_right_one_too()
    {
        var state = Dana;
        for (var left = 9; left >= 0; left--)
        {
            var wrong = StaffMember.CheckTotp(state, Secret, "", "new-session", Noon);
            Assert.Equal((TotpVerdict.Wrong, left), (wrong.Result.Verdict, wrong.Result.TriesLeft));
            state = wrong.State;
        }

        var right = StaffMember.CheckTotp(state, Secret, Totp.CodeAt(Secret, Noon), "new-session", Noon);
        Assert.Equal((TotpVerdict.TooMany, Noon.AddHours(1)), (right.Result.Verdict, right.Result.Until));
        Assert.False(right.Changed(state));
    }

    [Fact]
    public void Nobody_has_no_right_code() =>
        Assert.Equal(TotpVerdict.Wrong, StaffMember.CheckTotp(new StaffState(), null, "000000", "new-session", Noon).Result.Verdict);

    [Theory]
    [InlineData("Dana Fields", "coriander-tram-91", Secret, true)]
    [InlineData("", "coriander-tram-91", Secret, false)]
    [InlineData("Dana Fields", "short", Secret, false)]
    [InlineData("Dana Fields", "password1", Secret, false)]
    [InlineData("Dana Fields", "DanaFields1", Secret, false)]
    [InlineData("Dana Fields", "coriander-tram-91", "JBSW", false)]
    [InlineData("Dana Fields", "coriander-tram-91", "not base32!", false)]
    public void A_staff_member_needs_a_name_a_password_that_is_no_common_one_and_a_secret(string name, string password, string secret,
        bool accepted)
    {
        var command = new AddStaff { Name = name, Email = "dana@riverside.example", Password = password, TotpSecret = secret };
        Assert.Equal(accepted, StaffMember.IsAcceptable(command, "riverside"));
    }

    [Fact]
    public void Adding_somebody_keeps_the_budgets_spent_on_the_id_before()
    {
        var spent = Wrong(new StaffState(), 10, false, Noon);
        var added = StaffMember.Added(spent, new AddStaff { Name = " Dana " }, "dana@riverside.example", "hash", [1]);
        Assert.Equal("Dana", added.Name);
        Assert.NotNull(StaffMember.NextPasswordAt(added, false, Noon));
    }
}
