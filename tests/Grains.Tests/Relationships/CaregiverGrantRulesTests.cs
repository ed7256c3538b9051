using System.Globalization;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Relationships;
using Xunit;

namespace Portal.Grains.Tests.Relationships;

/// <summary>The rules of grants, as tables.</summary>
public sealed class CaregiverGrantRulesTests
{
    private static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    [Theory]
    // Last day, parent, born, age of majority: when it ends (UTC), and why.
    [InlineData(null, false, "2010-06-15", 18, null, GrantEnd.None)]
    [InlineData("2026-07-01", false, "2010-06-15", 18, "2026-07-01T23:00Z", GrantEnd.Expired)]
    [InlineData("2026-12-01", false, "2010-06-15", 18, "2026-12-02T00:00Z", GrantEnd.Expired)]
    [InlineData(null, true, "2010-06-15", 18, "2028-06-14T23:00Z", GrantEnd.CameOfAge)]
    [InlineData(null, true, "2010-06-15", 16, "2026-06-14T23:00Z", GrantEnd.CameOfAge)]
    [InlineData("2028-06-14", true, "2010-06-15", 18, "2028-06-14T23:00Z", GrantEnd.CameOfAge)]
    [InlineData("2028-06-15", true, "2010-06-15", 18, "2028-06-14T23:00Z", GrantEnd.CameOfAge)]
    [InlineData("2028-06-13", true, "2010-06-15", 18, "2028-06-13T23:00Z", GrantEnd.Expired)]
    [InlineData(null, true, "2008-02-29", 18, "2026-02-28T00:00Z", GrantEnd.CameOfAge)]
    public void A_grant_ends_at_the_end_of_its_last_day_or_when_the_child_comes_of_age(
        string? until, bool parental, string born, int age, string? at, GrantEnd why)
    {
        var grant = new CaregiverGrant { Until = Day(until), Parental = parental, Scopes = CaregiverScopes.All };
        var facts = new GrantFacts("p-alice", Day(born)!.Value, Blocked: false, age, London);
        var ends = CaregiverGrants.Ends(grant, facts);
        Assert.Equal(at is null ? null : DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), ends?.At);
        Assert.Equal(why, ends?.Why ?? GrantEnd.None);
        if (ends is not { } end) return;
        Assert.True(CaregiverGrants.IsInForce(grant, facts, end.At.AddTicks(-1)));
        Assert.False(CaregiverGrants.IsInForce(grant, facts, end.At));
    }

    [Theory]
    [InlineData(CaregiverScopes.None, false)]
    [InlineData(CaregiverScopes.Appointments, true)]
    [InlineData(CaregiverScopes.All, true)]
    [InlineData((CaregiverScopes)16, false)]
    [InlineData((CaregiverScopes)17, false)]
    [InlineData((CaregiverScopes)(-1), false)]
    public void Only_scopes_that_there_are_can_be_given(CaregiverScopes scopes, bool can) =>
        Assert.Equal(can, CaregiverGrants.IsScope(scopes));

    [Theory]
    [InlineData("2026-11-20", false)]
    [InlineData("2026-11-21", true)]
    [InlineData(null, true)]
    [InlineData("2056-11-21", true)]
    [InlineData("2056-11-22", false)]
    public void The_last_day_is_today_at_the_earliest(string? until, bool can)
    {
        var facts = new GrantFacts("p-alice", new DateOnly(1990, 1, 1), Blocked: false, 18, London);
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(can, CaregiverGrants.IsDay(Day(until), facts, now));
    }

    [Fact]
    public void A_blocked_patients_data_is_shut_to_everybody()
    {
        var state = new RelationshipsState { Grants = [new CaregiverGrant { Person = "p-bob", Scopes = CaregiverScopes.All }] };
        var facts = new GrantFacts("p-alice", new DateOnly(1990, 1, 1), Blocked: false, 18, London);
        Assert.NotNull(CaregiverGrants.Of(state, "p-bob", facts, DateTimeOffset.UnixEpoch));
        Assert.Null(CaregiverGrants.Of(state, "p-bob", facts with { Blocked = true }, DateTimeOffset.UnixEpoch));
        Assert.Null(CaregiverGrants.Of(state, "p-charlie", facts, DateTimeOffset.UnixEpoch));
    }

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
