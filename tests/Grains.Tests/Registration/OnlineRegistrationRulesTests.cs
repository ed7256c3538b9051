using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Registration;
using Xunit;

namespace Portal.Grains.Tests.Registration;

/// <summary>The rules of registering online, as tables.</summary>
public sealed class OnlineRegistrationRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly RegistrationFacts Good = new(Open: true, Current: true);

    private static RegistrationState Waiting => OnlineRegistration.Create(RegistrationPeople.Nora, "nora@example.org", "email.x", Noon);

    [Theory]
    [InlineData(RegistrationStage.Waiting, false, true, -1, RegistrationStage.Waiting)]
    [InlineData(RegistrationStage.Waiting, false, true, 0, RegistrationStage.Ended)]
    [InlineData(RegistrationStage.Waiting, false, false, -1, RegistrationStage.Ended)]
    [InlineData(RegistrationStage.Waiting, true, false, 1, RegistrationStage.Waiting)]
    [InlineData(RegistrationStage.Held, false, false, 1, RegistrationStage.Held)]
    [InlineData(RegistrationStage.Confirmed, false, false, 1, RegistrationStage.Confirmed)]
    [InlineData(RegistrationStage.Refused, false, true, 1, RegistrationStage.Refused)]
    public void How_it_stands(RegistrationStage stored, bool underWay, bool current, int hoursAfterDeadline, RegistrationStage judged)
    {
        var state = Waiting with { Stage = stored, Work = underWay ? RegistrationWork.Confirm : RegistrationWork.None };
        Assert.Equal(
            judged, OnlineRegistration.Judge(state, Good with { Current = current }, state.Deadline.AddHours(hoursAfterDeadline)));
    }

    [Theory]
    [InlineData(true, "nora@example.org", "1 Mill Lane", "Riverside", "RV1 1AA", true)]
    [InlineData(false, "nora@example.org", "1 Mill Lane", "Riverside", "RV1 1AA", false)]
    [InlineData(true, "nora@", "1 Mill Lane", "Riverside", "RV1 1AA", false)]
    [InlineData(true, "", "1 Mill Lane", "Riverside", "RV1 1AA", false)]
    [InlineData(true, "nora@example.org", " ", "Riverside", "RV1 1AA", false)]
    [InlineData(true, "nora@example.org", "1 Mill Lane", "", "RV1 1AA", false)]
    [InlineData(true, "nora@example.org", "1 Mill Lane", "Riverside", "", false)]
    public void What_is_taken(bool consent, string email, string street, string town, string postalCode, bool taken)
    {
        var contact = new ContactDetails { Email = email, Street = street, Town = town, PostalCode = postalCode };
        var form = new SubmitRegistration { Consent = consent, Details = RegistrationPeople.Nora with { Contact = contact } };
        Assert.Equal(taken, OnlineRegistration.Address(form, Noon) is not null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void The_same_press_comes_again_for_ten_minutes(int minutes, bool repeated)
    {
        var pressed = OnlineRegistration.Pressed(Waiting, "press", "p-1", review: false, Noon);
        Assert.Equal(repeated, OnlineRegistration.IsRepeated(pressed, "press", Noon.AddMinutes(minutes)));
        Assert.False(OnlineRegistration.IsRepeated(pressed, "another", Noon));
    }

    [Fact]
    public void An_address_has_three_an_hour_and_six_a_day_and_the_same_one_again_costs_nothing()
    {
        var state = new RegistrationDeskState();
        var now = Noon;
        for (var i = 0; i < RegistrationLimits.PerDay; i++)
        {
            (var until, state) = OnlineRegistration.Take(state, $"{i}", now);
            Assert.Null(until);
            var (again, same) = OnlineRegistration.Take(state, $"{i}", now);
            Assert.True(again is null && ReferenceEquals(same, state));
            now = now.AddMinutes(21);
        }

        Assert.Equal(Noon.AddDays(1), OnlineRegistration.Take(state, "more", now).Until);
    }

    [Fact]
    public void What_ended_or_was_decided_long_ago_is_forgotten_whole()
    {
        Assert.Equal(new RegistrationState { Stage = RegistrationStage.Ended }, OnlineRegistration.Swept(Waiting, Good, Noon.AddDays(1)));
        var held = Waiting with { Stage = RegistrationStage.Held };
        Assert.Same(held, OnlineRegistration.Swept(held, Good, Noon.AddDays(300)));
        var refused = OnlineRegistration.Refused(held, "No.", "s-1", Noon);
        Assert.Same(refused, OnlineRegistration.Swept(refused, Good, Noon.AddDays(29)));
        Assert.Equal(RegistrationStage.Ended, OnlineRegistration.Swept(refused, Good, Noon.AddDays(30)).Stage);
        var busy = Waiting with { Work = RegistrationWork.Confirm };
        Assert.Same(busy, OnlineRegistration.Swept(busy, Good, Noon.AddDays(300)));
    }
}
