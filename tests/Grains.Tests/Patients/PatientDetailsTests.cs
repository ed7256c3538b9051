using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Patients;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The rules of a patient's details, tags and practitioners, and of who may be one person.</summary>
public sealed class PatientDetailsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditEntry Changed = new() { Id = "a-1", Action = "patient.details-changed", At = Now };
    private static readonly AuditEntry Taken = new() { Id = "a-2", Action = "patient.access-taken", At = Now };

    private static readonly PatientState Alice = new()
    {
        Registered = true,
        GivenName = "Alice",
        FamilyName = "Archer",
        BirthDate = new DateOnly(1980, 2, 3),
        Contact = new ContactDetails { Email = "alice@x.org", PostalCode = "AB1 2CD" },
        Level = AccessLevel.CanAccess,
        DetailsVersion = 4,
    };

    private static readonly EditPatient Same = new()
    {
        Operation = "op-1",
        Version = 4,
        GivenName = "Alice",
        FamilyName = "Archer",
        BirthDate = Alice.BirthDate,
        Contact = Alice.Contact,
    };

    [Fact]
    public void A_change_is_written_with_an_entry_that_names_the_fields_and_no_values()
    {
        var (outcome, next) = Edit(Alice, Same with { FamilyName = " Smith ", Tags = ["Home Visit", "home-visit"] });
        Assert.IsType<EditOutcome.Saved>(outcome);
        Assert.Equal(("Smith", 5, AccessLevel.CanAccess), (next.FamilyName, next.DetailsVersion, next.Level));
        Assert.Equal(["home-visit"], next.Tags);
        Assert.Equal("family-name tags", Assert.Single(next.Untold).Details["fields"]);
    }

    [Fact]
    public void The_same_operation_again_changes_nothing()
    {
        var once = Edit(Alice, Same with { FamilyName = "Smith" }).State;
        var (outcome, again) = Edit(once, Same with { FamilyName = "Smith" });
        Assert.IsType<EditOutcome.Saved>(outcome);
        Assert.Same(once, again);
    }

    [Fact]
    public void Who_edits_what_somebody_else_changed_meanwhile_is_told_and_nothing_is_lost()
    {
        var theirs = Edit(Alice, Same with { FamilyName = "Smith" }).State;
        var (outcome, state) = Edit(theirs, Same with { Operation = "op-2", GivenName = "Alicia" });
        Assert.Equal("Smith", Assert.IsType<EditOutcome.Stale>(outcome).Current.FamilyName);
        Assert.Same(theirs, state);
        var mine = Edit(theirs, Same with { Operation = "op-2", GivenName = "Alicia", FamilyName = "Smith", Version = 5 }).State;
        Assert.Equal(("Alicia", "Smith"), (mine.GivenName, mine.FamilyName));
    }

    [Fact]
    public void Taking_away_what_access_needs_is_asked_first_and_then_ends_access_and_every_way_in()
    {
        var without = Same with { Contact = Alice.Contact with { PostalCode = "" } };
        var (outcome, same) = Edit(Alice, without);
        Assert.Equal([AccessCondition.PostalCode], Assert.IsType<EditOutcome.EndsAccess>(outcome).Missing);
        Assert.Same(Alice, same);
        var next = Edit(Alice, without with { EndAccess = true }).State;
        Assert.Equal((AccessLevel.NoAccess, Alice.Epoch + 1, Alice.BlockCount + 1), (next.Level, next.Epoch, next.BlockCount));
        Assert.Equal(["patient.details-changed", "patient.access-taken"], next.Untold.Select(e => e.Action));
        var withoutAccess = Edit(Alice with { Level = AccessLevel.NoAccess }, without);
        Assert.IsType<EditOutcome.Saved>(withoutAccess.Outcome);
    }

    [Fact]
    public void What_cannot_be_on_file_is_refused()
    {
        EditPatient[] bad =
        [
            Same with { GivenName = " " }, Same with { FamilyName = "" }, Same with { BirthDate = new DateOnly(2027, 1, 1) },
            Same with { BirthDate = new DateOnly(1899, 12, 31) }, Same with { FamilyName = new string('x', 101) },
            Same with { GivenName = "A\u0000" }, Same with { Tags = ["a;b"] }, Same with { Tags = [new string('x', 31)] },
            Same with { Tags = [.. Enumerable.Range(0, 11).Select(i => $"t{i}")] },
        ];
        foreach (var command in bad) Assert.IsType<EditOutcome.Invalid>(Edit(Alice, command).Outcome);
        Assert.IsType<EditOutcome.Unknown>(Edit(new PatientState(), Same).Outcome);
        Assert.IsType<EditOutcome.Unknown>(Edit(Alice with { MergedInto = "p-2" }, Same).Outcome);
    }

    [Theory]
    [InlineData("Diabetes", "diabetes")]
    [InlineData(" home  visit ", "home-visit")]
    [InlineData("Ärzte_Tag", "ärzte-tag")]
    [InlineData("", null)]
    [InlineData("---", null)]
    [InlineData("a,b", null)]
    [InlineData("a@b", null)]
    [InlineData("\u202etag", null)]
    public void A_tag_has_one_form(string typed, string? kept) => Assert.Equal(kept, PatientTag.Canonical(typed));

    [Fact]
    public void Practitioners_are_all_until_some_are_ticked_and_only_those_of_the_roster()
    {
        Assert.True(PatientDetails.MayBook(Alice, "s-1"));
        var some = PatientDetails.SetPractitioners(Alice, ["s-2", "s-9", "s-2"], ["s-1", "s-2"], Changed);
        Assert.Equal(["s-2"], some.Practitioners);
        Assert.Equal((false, true), (PatientDetails.MayBook(some, "s-1"), PatientDetails.MayBook(some, "s-2")));
        Assert.Same(some, PatientDetails.SetPractitioners(some, ["s-2"], ["s-1", "s-2"], Changed));
        Assert.Null(PatientDetails.SetPractitioners(some, null, [], Changed).Practitioners);
        Assert.False(PatientDetails.MayBook(new PatientState(), "s-1"));
        Assert.False(PatientDetails.MayBook(PatientDetails.SetPractitioners(Alice, [], ["s-1"], Changed), "s-1"));
    }

    [Theory]
    [InlineData("Alice Archer", "alice ARCHER", true)]
    [InlineData("Alice Archer", "Alicia Archer", true)]
    [InlineData("Alice Archer", "Alcie Archer", true)]
    [InlineData("Alice Archer", "A. Archer", true)]
    [InlineData("Alice Archer", "Archer Alice", true)]
    [InlineData("Élise Ångström", "Elise Angstrom", true)]
    [InlineData("Zoe O'Brien", "Zoe OBrien", true)]
    [InlineData("Alice Archer", "Bob Archer", false)]
    [InlineData("Alice Archer", "Alice Smith", false)]
    [InlineData("Jo Li", "Jo Lu", false)]
    public void Two_names_are_alike(string one, string other, bool alike)
    {
        Assert.Equal(alike, PatientLikeness.AreAlike(Name(one), Name(other)));
        Assert.Equal(alike, PatientLikeness.AreAlike(Name(other), Name(one)));

        static (string, string) Name(string name) => (name.Split(' ')[0], name.Split(' ')[1]);
    }

    private static (EditOutcome Outcome, PatientState State) Edit(PatientState state, EditPatient command) =>
        PatientDetails.Edit(state, "p-1", command, "GB", Changed, Taken, Now);
}
