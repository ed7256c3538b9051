using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Patients;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The rules of registration and access.</summary>
public sealed class PatientRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly AuditEntry Entry = new() { Id = "a-1" };

    private static readonly RegisterPatient Alice = new()
    {
        GivenName = " Alice ",
        FamilyName = "Archer",
        BirthDate = new DateOnly(1985, 3, 27),
        Contact = new ContactDetails { Email = "alice@example.org", Mobile = "07700 900001", PostalCode = "RV1 4AB" },
    };

    [Fact]
    public void A_patient_is_put_on_file_once_without_access()
    {
        var state = Patient.Register(new PatientState(), Alice, "GB");
        Assert.Equal(("Alice", AccessLevel.NoAccess, true), (state.GivenName, state.Level, state.Registered));
        Assert.Equal("447700900001", Assert.Single(state.ContactNumbers));
        Assert.Same(state, Patient.Register(state, Alice with { GivenName = "Mallory" }, "GB"));
    }

    public static TheoryData<string, RegisterPatient> Invalid => new()
    {
        { "no given name", Alice with { GivenName = "  " } },
        { "no family name", Alice with { FamilyName = "" } },
        { "a name too long", Alice with { FamilyName = new string('a', RegisterPatient.MaxText + 1) } },
        { "a control character", Alice with { GivenName = "Al\u0000ice" } },
        { "half a character", Alice with { GivenName = "Al\uD800ice" } },
        { "an address too long", Alice with { Contact = new ContactDetails { Street = new string('a', RegisterPatient.MaxText + 1) } } },
        { "born in the future", Alice with { BirthDate = new DateOnly(2026, 11, 25) } },
        { "born too long ago", Alice with { BirthDate = new DateOnly(1899, 12, 31) } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_patient_is_refused_for(string reason, RegisterPatient command)
    {
        Assert.True(Patient.IsValid(Alice, Now));
        Assert.False(Patient.IsValid(command, Now), reason);
    }

    [Theory]
    [InlineData("a@x.org", "RV1", new AccessCondition[0])]
    [InlineData("", "RV1", new[] { AccessCondition.Email })]
    [InlineData("a@x.org", "", new[] { AccessCondition.PostalCode })]
    [InlineData("", "", new[] { AccessCondition.Email, AccessCondition.PostalCode })]
    public void Access_needs_an_email_and_a_postal_code_and_says_what_is_missing(string email, string postalCode, AccessCondition[] missing)
    {
        var state = new PatientState { Registered = true, Contact = new ContactDetails { Email = email, PostalCode = postalCode } };
        var (outcome, next) = PatientAccess.SetLevel(state, AccessLevel.CanAccess, Entry);
        if (missing.Length == 0)
        {
            Assert.IsType<AccessOutcome.Set>(outcome);
            Assert.Equal(AccessLevel.CanAccess, next.Level);
            return;
        }

        Assert.Equal(missing, Assert.IsType<AccessOutcome.MissingDetails>(outcome).Missing);
        Assert.Same(state, next);
    }

    [Fact]
    public void An_invitation_that_gives_access_does_both_in_one_change_or_neither()
    {
        var state = new PatientState { Registered = true, Contact = new ContactDetails { Email = "a@x.org", PostalCode = "RV1" } };
        var (adopted, next) = PatientAccess.AdoptWithAccess(state, "i1", Now, Entry);
        Assert.True(adopted);
        Assert.Equal((AccessLevel.CanAccess, "i1", 1), (next.Level, next.CurrentInvitation, next.Untold.Count));
        Assert.Same(next, PatientAccess.AdoptWithAccess(next, "i1", Now, Entry).State);
        var blocked = PatientAccess.Block(state, "", Entry, Now);
        Assert.Equal((false, blocked), PatientAccess.AdoptWithAccess(blocked, "i1", Now, Entry));
        var lacking = state with { Contact = new ContactDetails { Email = "a@x.org" } };
        Assert.Equal((false, lacking), PatientAccess.AdoptWithAccess(lacking, "i1", Now, Entry));
    }

    [Fact]
    public void Taking_access_ends_what_was_before_for_good()
    {
        var before = WithAccess();
        var taken = PatientAccess.SetLevel(before, AccessLevel.NoAccess, Entry).State;
        Assert.Equal((before.Epoch + 1, before.BlockCount + 1, null), (taken.Epoch, taken.BlockCount, taken.CurrentInvitation));
        var again = PatientAccess.SetLevel(taken, AccessLevel.CanAccess, Entry).State;
        Assert.Equal((taken.Epoch, taken.BlockCount), (again.Epoch, again.BlockCount));
        Assert.Same(taken, PatientAccess.SetLevel(taken, AccessLevel.NoAccess, Entry).State);
    }

    [Fact]
    public void A_block_wins_over_access_and_ends_what_was_before_for_good()
    {
        var before = WithAccess();
        var blocked = PatientAccess.Block(before, "asked for it\u0000", Entry, Now);
        Assert.Equal((StandingKind.Blocked, AccessState.Blocked), (PatientAccess.Standing(blocked).Kind, PatientAccess.State(blocked)));
        Assert.Equal("asked for it", blocked.BlockReason);
        Assert.False(PatientAccess.Adopt(blocked, "i2", Now).Adopted);
        Assert.Same(blocked, PatientAccess.Block(blocked, "again", Entry, Now));
        var lifted = PatientAccess.Unblock(blocked, Entry);
        Assert.Equal(StandingKind.Good, PatientAccess.Standing(lifted).Kind);
        Assert.Equal((before.Epoch + 1, before.BlockCount + 1, null), (lifted.Epoch, lifted.BlockCount, lifted.CurrentInvitation));
        Assert.Same(lifted, PatientAccess.Unblock(lifted, Entry));
    }

    [Fact]
    public void Somebody_who_is_not_on_file_has_no_standing_and_cannot_be_changed()
    {
        var nobody = new PatientState();
        Assert.Equal(StandingKind.Unknown, PatientAccess.Standing(nobody).Kind);
        Assert.IsType<AccessOutcome.Unknown>(PatientAccess.SetLevel(nobody, AccessLevel.CanAccess, Entry).Outcome);
        Assert.Same(nobody, PatientAccess.Block(nobody, "", Entry, Now));
        Assert.Same(nobody, PatientAccess.EndSessions(nobody, Entry));
        Assert.False(PatientAccess.Adopt(nobody, "i1", Now).Adopted);
        Assert.Same(nobody, PatientCredentials.RecordSignIn(nobody, CredentialKind.Email, "h", "s1", Now).State);
    }

    [Fact]
    public void Each_change_is_stored_with_its_entry_for_the_audit_log()
    {
        var state = WithAccess();
        Assert.All(
            new[]
            {
                PatientAccess.SetLevel(state, AccessLevel.NoAccess, Entry).State, PatientAccess.Block(state, "", Entry, Now),
                PatientAccess.EndSessions(state, Entry),
            },
            next => Assert.Same(Entry, Assert.Single(next.Untold)));
    }

    [Fact]
    public void Lists_learn_how_the_last_invitation_stands()
    {
        var state = WithAccess() with { CurrentInvitation = null };
        Assert.Equal(PatientInvitation.Never, PatientAccess.LastInvitation(state));
        var invited = PatientAccess.Adopt(state, "i2", Now).State;
        Assert.Equal(PatientInvitation.Pending, PatientAccess.LastInvitation(invited));
        Assert.Equal(PatientInvitation.Revoked, PatientAccess.LastInvitation(PatientAccess.Dropped(invited, "i2")));
        Assert.Same(invited, PatientAccess.Dropped(invited, "i1"));
        Assert.Equal(PatientInvitation.Revoked, PatientAccess.LastInvitation(PatientAccess.Block(invited, "", Entry, Now)));
        var again = PatientAccess.Adopt(PatientAccess.Dropped(invited, "i2"), "i3", Now).State;
        Assert.Equal(PatientInvitation.Pending, PatientAccess.LastInvitation(again));
        var accepted = invited with { InvitationStage = InvitationStage.Accepted };
        Assert.Same(accepted, PatientAccess.Dropped(accepted, "i2"));
        Assert.Equal(PatientInvitation.Accepted, PatientAccess.LastInvitation(accepted));
    }

    private static PatientState WithAccess() =>
        Patient.Register(new PatientState(), Alice, "GB") with
        {
            Level = AccessLevel.CanAccess,
            CurrentInvitation = "i1",
            Epoch = 3,
            BlockCount = 1,
        };
}
