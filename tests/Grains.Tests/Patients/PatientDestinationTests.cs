using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Patients;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Where a patient's codes go.</summary>
public sealed class PatientDestinationTests
{
    private const string Id = "p-alice";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly KeyedHash Hashes = new(PortalSecrets.From("a-secret-of-tests-only-0123456789-abcdefghij", isProduction: false));

    // Bound credentials: e email, m mobile, u username; a capital is verified. Methods of the organisation: e, m. Typed: e, m, u.
    [Theory]
    [InlineData("e", "em", "e", "email:auth@x.org")]
    [InlineData("e", "m", "e", null)]
    [InlineData("m", "em", "m", "mobile:+447700900001")]
    [InlineData("m", "e", "m", null)]
    [InlineData("m", "em", "e", null)]
    [InlineData("u", "em", "u", "email:family@x.org")]
    [InlineData("u", "m", "u", null)]
    [InlineData("emu", "em", "u", "email:auth@x.org")]
    [InlineData("emu", "m", "u", "mobile:+447700900001")]
    [InlineData("mu", "em", "u", "mobile:+447700900001")]
    [InlineData("mu", "e", "u", "email:family@x.org")]
    [InlineData("", "em", "e", null)]
    public void A_code_for_somebody_who_knows_a_credential_goes_to(string bound, string methods, string typed, string? expected)
    {
        var (kind, value) = Typed(typed[0]);
        var hash = CredentialHash.Of(Hashes, "riverside", kind, value);
        Check(expected, PatientDestinations.For(State(bound), Id, kind, hash, Organisation(methods), Hashes));
    }

    [Theory]
    [InlineData("em", "em", "email:auth@x.org")]
    [InlineData("eM", "em", "mobile:+447700900001")]
    [InlineData("EM", "em", "email:auth@x.org")]
    [InlineData("EM", "m", "mobile:+447700900001")]
    [InlineData("Em", "m", "mobile:+447700900001")]
    [InlineData("mU", "em", "mobile:+447700900001")]
    [InlineData("U", "em", "email:family@x.org")]
    [InlineData("U", "m", null)]
    [InlineData("e", "m", null)]
    [InlineData("", "em", null)]
    public void A_code_for_a_patient_who_is_known_goes_to(string bound, string methods, string? expected) =>
        Check(expected, PatientDestinations.Preferred(State(bound), Id, Organisation(methods), Hashes));

    [Fact]
    public void Another_value_of_the_kind_gets_nothing()
    {
        var hash = CredentialHash.Of(Hashes, "riverside", CredentialKind.Email, "other@x.org");
        Assert.Null(PatientDestinations.For(State("e"), Id, CredentialKind.Email, hash, Organisation("em"), Hashes));
    }

    [Fact]
    public void The_standing_is_told()
    {
        var state = State("e");
        Assert.Equal(StandingKind.NoAccess, PatientDestinations.Preferred(state, Id, Organisation("em"), Hashes)!.Standing);
        var blocked = state with { Level = AccessLevel.CanAccess, BlockedAt = Now };
        Assert.Equal(StandingKind.Blocked, PatientDestinations.Preferred(blocked, Id, Organisation("em"), Hashes)!.Standing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no address")]
    public void A_username_without_anywhere_to_send_to_gets_nothing(string contact)
    {
        var state = State("u") with { Contact = new ContactDetails { Email = contact } };
        Assert.Null(PatientDestinations.Preferred(state, Id, Organisation("em"), Hashes));
    }

    private static void Check(string? expected, CodeDestination? destination)
    {
        if (expected is null)
        {
            Assert.Null(destination);
            return;
        }

        Assert.NotNull(destination);
        var kind = destination.Sms ? CredentialKind.Mobile : CredentialKind.Email;
        Assert.Equal(expected, $"{GrainKeys.Segment(kind)}:{destination.Address}");
        Assert.Equal(CredentialHash.Subject(Hashes, "riverside", kind, destination.Address), destination.Subject);
        Assert.Equal(Id, destination.Patient);
    }

    private static PatientState State(string bound) => new()
    {
        Registered = true,
        Contact = new ContactDetails { Email = " Family@X.org" },
        Credentials = [.. bound.Select(c => Bound(char.ToLowerInvariant(c), char.IsUpper(c))).OrderBy(c => c.Kind)],
    };

    private static BoundCredential Bound(char letter, bool verified)
    {
        var (kind, value) = Typed(letter);
        return new BoundCredential
        {
            Kind = kind,
            Value = value,
            Hash = CredentialHash.Of(Hashes, "riverside", kind, value),
            SetAt = Now,
            VerifiedAt = verified ? Now : null,
        };
    }

    private static (CredentialKind Kind, string Value) Typed(char letter) => letter switch
    {
        'e' => (CredentialKind.Email, "auth@x.org"),
        'm' => (CredentialKind.Mobile, "+447700900001"),
        _ => (CredentialKind.Username, "alice"),
    };

    private static OrganisationView Organisation(string methods) => new()
    {
        Slug = "riverside",
        Settings = new PortalSettings { EmailCode = methods.Contains('e'), MobileCode = methods.Contains('m') },
    };
}
