using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

public sealed class KeysAndTokensTests
{
    private static readonly string Hash = Tokens.Hash("token");

    [Fact]
    public void Tokens_are_256_bits_and_never_the_same()
    {
        var tokens = Enumerable.Range(0, 1_000).Select(_ => Tokens.New()).ToList();
        Assert.All(tokens, token => Assert.True(Tokens.LooksValid(token)));
        Assert.Equal(1_000, tokens.Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")] // another spelling of the same bytes
    [InlineData("ААААААААААААААААААААААААААААААААААААААААААА")] // Cyrillic
    public void What_is_no_token_does_not_look_like_one(string? text) => Assert.False(Tokens.LooksValid(text));

    [Fact]
    public void The_hash_of_a_token_is_its_SHA_256()
    {
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Tokens.Hash("abc"));
        Assert.True(Tokens.IsHash(Tokens.Hash("abc")));
        Assert.False(Tokens.IsHash(Tokens.Hash("abc").ToUpperInvariant()));
        Assert.False(Tokens.IsHash(Tokens.New()));
    }

    [Fact]
    public void Ids_are_a_prefix_and_16_characters_of_base32()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => Ids.New("p")).ToList();
        Assert.All(ids, id => Assert.Matches("^p-[a-z2-7]{16}$", id));
        Assert.All(ids, id => Assert.True(Ids.IsValid(id, "p")));
        Assert.Equal(1_000, ids.Distinct().Count());
    }

    [Fact]
    public void A_derived_id_is_the_same_every_time()
    {
        Assert.Equal("m-xj4bnp4pahh6uqkb", Ids.Derive("m", "abc")); // base32 of the first ten bytes of SHA-256 of abc
        Assert.Equal(Ids.Derive("m", "row 1"), Ids.Derive("m", "row 1"));
        Assert.NotEqual(Ids.Derive("m", "row 1"), Ids.Derive("m", "row 2"));
    }

    [Theory]
    [InlineData("p-abcdefghijklmnop", true)]
    [InlineData("patient-abcdefghijklmn23", true)]
    [InlineData("p-abcdefghijklmno", false)]
    [InlineData("p-abcdefghijklmnopq", false)]
    [InlineData("p-abcdefghijklmno1", false)]
    [InlineData("p-ABCDEFGHIJKLMNOP", false)]
    [InlineData("-abcdefghijklmnop", false)]
    [InlineData("p_abcdefghijklmnop", false)]
    [InlineData("patientid-abcdefghijklmnop", false)]
    [InlineData("p1-abcdefghijklmnop", false)]
    [InlineData("p/abcdefghijklmnop", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_id_is_told_from_other_text(string? text, bool isId) => Assert.Equal(isId, Ids.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("p-")]
    [InlineData("toolongprefix")]
    public void A_prefix_is_short_and_lower_case(string prefix) => Assert.Throws<ArgumentException>(() => Ids.New(prefix));

    [Theory]
    [InlineData("ab", true)]
    [InlineData("riverside", true)]
    [InlineData("st-mary-2", true)]
    [InlineData("24-7", true)]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij", true)]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijk", false)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("-ab", false)]
    [InlineData("ab-", false)]
    [InlineData("Riverside", false)]
    [InlineData("river_side", false)]
    [InlineData("river/side", false)]
    [InlineData("rivér", false)]
    [InlineData("..", false)]
    public void An_organisations_name_is_told_from_other_text(string slug, bool isName) =>
        Assert.Equal(isName, GrainKeys.IsOrganisation(slug));

    [Theory]
    [InlineData("health", true)]
    [InlineData("dev", true)]
    [InlineData("riverside", false)]
    public void Our_own_addresses_are_nobodys_name(string slug, bool isReserved) =>
        Assert.Equal(isReserved, GrainKeys.IsReservedOrganisation(slug));

    [Fact]
    public void Keys_are_as_the_design_says()
    {
        Assert.Equal("riverside", GrainKeys.ForOrganisation("riverside"));
        Assert.Equal("riverside", GrainKeys.ForAudit("riverside"));
        Assert.Equal("riverside/p-alice", GrainKeys.ForPatient("riverside", "p-alice"));
        Assert.Equal("riverside/p-alice", GrainKeys.ForClinicalRecord("riverside", "p-alice"));
        Assert.Equal("riverside/s-erin", GrainKeys.ForStaff("riverside", "s-erin"));
        Assert.Equal("riverside/email/ab12", GrainKeys.ForCredential("riverside", CredentialKind.Email, "ab12"));
        Assert.Equal("riverside/mobile.ab12", GrainKeys.ForOneTimeCode("riverside", CredentialKind.Mobile, "ab12"));
        Assert.Equal("riverside/username.ab12", GrainKeys.ForOneTimeCode("riverside", "username.ab12"));
        Assert.Equal($"riverside/{Hash}", GrainKeys.ForSession("riverside", Hash));
        Assert.Equal($"riverside/{Hash}", GrainKeys.ForInvitation("riverside", Hash));
        Assert.Equal($"riverside/{Hash}", GrainKeys.ForPatientLink("riverside", Hash));
    }

    [Theory]
    [InlineData("riverside/x")]
    [InlineData("")]
    [InlineData("Riverside")]
    public void A_key_is_made_for_organisations_only(string organisation) =>
        Assert.Throws<ArgumentException>(() => GrainKeys.ForPatient(organisation, "p-alice"));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a@x.org")]
    [InlineData("+447700900123")]
    [InlineData("a\0")]
    public void A_key_takes_no_slash_and_no_address(string segment)
    {
        Assert.Throws<ArgumentException>(() => GrainKeys.ForPatient("riverside", segment));
        Assert.Throws<ArgumentException>(() => GrainKeys.ForCredential("riverside", CredentialKind.Email, segment));
    }

    [Fact]
    public void A_token_itself_never_becomes_a_key() =>
        Assert.Throws<ArgumentException>(() => GrainKeys.ForSession("riverside", Tokens.New()));

    [Theory]
    [InlineData("riverside", "riverside", "", "")]
    [InlineData("riverside/p-alice", "riverside", "p-alice", "")]
    [InlineData("riverside/email/ab12", "riverside", "email", "ab12")]
    [InlineData("riverside//ab12", "riverside", "", "ab12")]
    [InlineData("/p-alice", "", "p-alice", "")]
    [InlineData("", "", "", "")]
    public void A_key_is_taken_apart(string key, string organisation, string second, string third)
    {
        Assert.Equal(organisation, GrainKeys.Organisation(key).ToString());
        Assert.Equal(organisation, GrainKeys.OrganisationOf(key));
        Assert.Equal(second, GrainKeys.Second(key).ToString());
        Assert.Equal(third, GrainKeys.Third(key).ToString());
    }

    [Theory]
    [InlineData("riverside/p-alice", "riverside", true)]
    [InlineData("riverside", "riverside", true)]
    [InlineData("riverside/p-alice", "hilltop", false)]
    [InlineData("riverside/p-alice", "river", false)]
    [InlineData("river/p-alice", "riverside", false)]
    [InlineData("Riverside/p-alice", "riverside", false)]
    [InlineData("/p-alice", "", false)]
    [InlineData("", "", false)]
    public void Charlie_cannot_pass_for_an_organisation_with_part_of_its_name(string key, string organisation, bool belongs) =>
        Assert.Equal(belongs, GrainKeys.BelongsTo(key, organisation));

    [Theory]
    [InlineData("riverside", true)]
    [InlineData("riverside/p-alice", true)]
    [InlineData("riverside/email/ab12", true)]
    [InlineData("riverside/mobile.ab12", true)]
    [InlineData("riverside/a/b/c", false)]
    [InlineData("riverside/", false)]
    [InlineData("riverside//a", false)]
    [InlineData("riverside/../hilltop", true)] // a segment like any other: no grain is addressed by path
    [InlineData("riverside/a b", false)]
    [InlineData("/a", false)]
    [InlineData("", false)]
    public void A_key_from_outside_is_judged(string key, bool isGood) => Assert.Equal(isGood, GrainKeys.IsWellFormed(key));

    [Fact]
    public void A_subject_is_taken_apart_into_what_it_was_made_of()
    {
        foreach (var kind in Enum.GetValues<CredentialKind>())
        {
            Assert.True(GrainKeys.TrySubject(GrainKeys.Subject(kind, "ab12"), out var found, out var hash));
            Assert.Equal((kind, "ab12"), (found, hash.ToString()));
        }
        Assert.False(GrainKeys.TrySubject("email", out _, out _));
        Assert.False(GrainKeys.TrySubject("email.", out _, out _));
        Assert.False(GrainKeys.TrySubject("fax.ab12", out _, out _));
        Assert.False(GrainKeys.TrySubject(".ab12", out _, out _));
    }
}
