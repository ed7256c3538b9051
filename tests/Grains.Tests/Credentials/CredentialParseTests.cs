using Portal.Grains.Abstractions.Credentials;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

public sealed class CredentialParseTests
{
    private const string ManyMarks = "a\u0301\u0301\u0301\u0301.example";

    [Theory]
    [InlineData("a@x.org", "a@x.org")]
    [InlineData(" A@x.org", "a@x.org")]
    [InlineData("a@X.ORG\t\r\n", "a@x.org")]
    [InlineData("\u00A0a@x.org\u3000", "a@x.org")]
    [InlineData("ａｌｉｃｅ＠ｘ．ｏｒｇ", "alice@x.org")]
    [InlineData("alice+clinic@example.com", "alice+clinic@example.com")]
    [InlineData("first.last@example.co.uk", "first.last@example.co.uk")]
    [InlineData("o'brien_{x}=?@example.com", "o'brien_{x}=?@example.com")]
    [InlineData("a@münchen.de", "a@xn--mnchen-3ya.de")]
    [InlineData("a@MÜNCHEN.de", "a@xn--mnchen-3ya.de")]
    [InlineData("a@mu\u0308nchen.de", "a@xn--mnchen-3ya.de")]
    [InlineData("a@XN--MNCHEN-3YA.de", "a@xn--mnchen-3ya.de")]
    [InlineData("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah")]
    [InlineData("\u212Aelvin@x.org", "kelvin@x.org")] // the Kelvin sign is a compatibility form of K
    public void An_email_has_one_canonical_form(string typed, string canonical) =>
        Assert.Equal(canonical, Accepted(CredentialKind.Email, typed));

    [Theory]
    [InlineData("alice", typeof(CredentialRefusal.NoAtSign))]
    [InlineData("", typeof(CredentialRefusal.Missing))]
    [InlineData(" \t\u00A0", typeof(CredentialRefusal.Missing))]
    [InlineData("a@b@x.org", typeof(CredentialRefusal.SeveralAtSigns))]
    [InlineData("a＠b@x.org", typeof(CredentialRefusal.SeveralAtSigns))]
    [InlineData("a@x.org,b@x.org", typeof(CredentialRefusal.SeveralAtSigns))]
    [InlineData("@x.org", typeof(CredentialRefusal.MailboxInvalid))]
    [InlineData(".a@x.org", typeof(CredentialRefusal.MailboxInvalid))]
    [InlineData("a.@x.org", typeof(CredentialRefusal.MailboxInvalid))]
    [InlineData("a..b@x.org", typeof(CredentialRefusal.MailboxInvalid))]
    [InlineData("a b@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("\"a\"@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("<a@x.org>", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("a%b@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("аlice@x.org", typeof(CredentialRefusal.ForbiddenCharacter))] // Cyrillic а
    [InlineData("müller@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("mike@G\u0131thub\u200B.com", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("al\u200Bice@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("al\u202Eice@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("al\u00ADice@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("al\u0000ice@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("a@x.org\u200E", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("a\r\nBcc: b@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("\uFEFFa@x.org", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("a@x", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@x.org.", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@.x.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@x..org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@-x.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@x_y.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@[127.0.0.1]", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@127.0.0.1", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@ab--cd.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@xn--a.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@xn--abc-.org", typeof(CredentialRefusal.DomainInvalid))]
    [InlineData("a@аpple.com", typeof(CredentialRefusal.DomainMisleading))] // Cyrillic а, Latin pple
    [InlineData("a@аррӏе.com", typeof(CredentialRefusal.DomainMisleading))] // all Cyrillic
    [InlineData("a@xn--80ak6aa92e.com", typeof(CredentialRefusal.DomainMisleading))] // the same, in punycode
    [InlineData("a@ɡoogle.com", typeof(CredentialRefusal.DomainMisleading))] // the phonetic g
    [InlineData("a@" + ManyMarks, typeof(CredentialRefusal.DomainMisleading))]
    public void What_is_no_email_is_refused_with_what_is_wrong(string typed, Type refusal) =>
        Assert.IsType(refusal, Refused(CredentialKind.Email, typed));

    [Fact]
    public void A_lone_surrogate_is_refused_and_does_not_throw() =>
        Assert.IsType<CredentialRefusal.ForbiddenCharacter>(Refused(CredentialKind.Email, "a\uD800@x.org"));

    [Fact]
    public void An_email_of_254_characters_is_accepted_and_of_255_refused()
    {
        var domain = string.Concat(Enumerable.Repeat(new string('d', 59) + ".", 3)) + "example.org";
        string Email(int length) => new string('a', length - domain.Length - 1) + "@" + domain;
        Assert.Equal(Email(254), Accepted(CredentialKind.Email, Email(254)));
        Assert.IsType<CredentialRefusal.TooLong>(Refused(CredentialKind.Email, Email(255)));
    }

    [Fact]
    public void An_oversized_text_is_refused_without_being_looked_at() =>
        Assert.IsType<CredentialRefusal.TooLong>(Refused(CredentialKind.Email, new string('\uFDFA', 1_000_000)));

    [Theory]
    [InlineData("+447700900123", "US", "+447700900123")]
    [InlineData("07700 900123", "GB", "+447700900123")]
    [InlineData("07700900123", "gb", "+447700900123")]
    [InlineData("+44 (0)7700 900 123", "US", "+447700900123")]
    [InlineData("+44 07700 900123", "US", "+447700900123")]
    [InlineData("(+44) 7700.900.123", "US", "+447700900123")]
    [InlineData("0044 7700-900-123", "GB", "+447700900123")]
    [InlineData("0044 (0) 7700 900 123", "GB", "+447700900123")]
    [InlineData("447700900123", "GB", "+447700900123")]
    [InlineData("011 44 7700 900123", "US", "+447700900123")]
    [InlineData("0011 44 7700 900123", "AU", "+447700900123")]
    [InlineData("00 44 7700 900123", "US", "+447700900123")]
    [InlineData("（０７７００）９００１２３", "GB", "+447700900123")]
    [InlineData("٠٧٧٠٠٩٠٠١٢٣", "GB", "+447700900123")]
    [InlineData("\u202A+44 7700 900123\u202C", "US", "+447700900123")] // as copied from an address book
    [InlineData("07700\u2011900\u2013123", "GB", "+447700900123")]
    [InlineData("(202) 555-0123", "US", "+12025550123")]
    [InlineData("1-202-555-0123", "US", "+12025550123")]
    [InlineData("+1 202 555 0123", "GB", "+12025550123")]
    [InlineData("+1 (202) 555-0123", null, "+12025550123")]
    [InlineData("0412 345 678", "AU", "+61412345678")]
    [InlineData("021 123 4567", "NZ", "+64211234567")]
    [InlineData("085 123 4567", "IE", "+353851234567")]
    [InlineData("0151 23456789", "DE", "+4915123456789")]
    [InlineData("+49 (0) 151/23456789", "US", "+4915123456789")]
    [InlineData("06 12 34 56 78", "FR", "+33612345678")]
    [InlineData("06-12345678", "NL", "+31612345678")]
    [InlineData("612 34 56 78", "ES", "+34612345678")]
    [InlineData("347 123 4567", "IT", "+393471234567")]
    [InlineData("082 123 4567", "ZA", "+27821234567")]
    [InlineData("09812345678", "IN", "+919812345678")]
    [InlineData("98123 45678", "IN", "+919812345678")]
    [InlineData("06 20 123 4567", "HU", "+36201234567")]
    [InlineData("+36 (06) 20 123 4567", "US", "+36201234567")]
    [InlineData("+54 9 11 1234 5678", "US", "+5491112345678")] // no plan of ours: as written
    [InlineData("+290 12345", "US", "+29012345")]
    public void A_mobile_number_has_one_canonical_form(string typed, string? country, string canonical) =>
        Assert.Equal(canonical, Accepted(CredentialKind.Mobile, typed, country));

    [Theory]
    [InlineData("07700 900123", null, typeof(CredentialRefusal.CountryUnknown))]
    [InlineData("07700 900123", "XX", typeof(CredentialRefusal.CountryUnknown))]
    [InlineData("07700 90012", "GB", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("07700 9001234", "GB", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+44 00 7700 900123", "GB", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+1 102 555 0123", "US", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("0202 555 012", "US", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+44", "US", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+290 1234", "US", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+5491112345678901", "US", typeof(CredentialRefusal.NotAMobileOfCountry))]
    [InlineData("+0 7700 900123", "GB", typeof(CredentialRefusal.CountryCodeInvalid))]
    [InlineData("+882 16 1234 5678", "GB", typeof(CredentialRefusal.CountryCodeInvalid))]
    [InlineData("+800 1234 5678", "GB", typeof(CredentialRefusal.CountryCodeInvalid))]
    [InlineData("202 555 0123 x12", "US", typeof(CredentialRefusal.ExtensionGiven))]
    [InlineData("202 555 0123 ext. 12", "US", typeof(CredentialRefusal.ExtensionGiven))]
    [InlineData("202 555 0123,,12", "US", typeof(CredentialRefusal.ExtensionGiven))]
    [InlineData("202 555 0123 #12", "US", typeof(CredentialRefusal.ExtensionGiven))]
    [InlineData("1-800-FLOWERS", "US", typeof(CredentialRefusal.NotANumber))]
    [InlineData("44+7700900123", "GB", typeof(CredentialRefusal.NotANumber))]
    [InlineData("++447700900123", "GB", typeof(CredentialRefusal.NotANumber))]
    [InlineData("+", "GB", typeof(CredentialRefusal.NotANumber))]
    [InlineData("()-", "GB", typeof(CredentialRefusal.NotANumber))]
    [InlineData("alice", "GB", typeof(CredentialRefusal.NotANumber))]
    [InlineData("07700\u200B900123", "GB", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("07700\u0000900123", "GB", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("07700                                    900123", "GB", typeof(CredentialRefusal.TooLong))]
    [InlineData("\u202A\u202C", "GB", typeof(CredentialRefusal.NotANumber))]
    public void What_is_no_mobile_number_is_refused_with_what_is_wrong(string typed, string? country, Type refusal) =>
        Assert.IsType(refusal, Refused(CredentialKind.Mobile, typed, country));

    [Fact]
    public void A_refusal_names_the_country_and_how_many_digits_it_wants() =>
        Assert.Equal(
            new CredentialRefusal.NotAMobileOfCountry { Country = "GB", Least = 10, Most = 10, Given = 9 },
            Refused(CredentialKind.Mobile, "07700 90012", "GB"));

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData(" Alice.Smith ", "alice.smith")]
    [InlineData("ａｌｉｃｅ", "alice")]
    [InlineData("a-1_b", "a-1_b")]
    [InlineData("abc", "abc")]
    public void A_username_has_one_canonical_form(string typed, string canonical) =>
        Assert.Equal(canonical, Accepted(CredentialKind.Username, typed));

    [Theory]
    [InlineData("ab", typeof(CredentialRefusal.TooShort))]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234", typeof(CredentialRefusal.TooLong))]
    [InlineData("1alice", typeof(CredentialRefusal.MustStartWithLetter))]
    [InlineData(".alice", typeof(CredentialRefusal.MustStartWithLetter))]
    [InlineData("alice@home", typeof(CredentialRefusal.LooksLikeEmail))]
    [InlineData("07700900123", typeof(CredentialRefusal.LooksLikeMobile))]
    [InlineData("+44-7700", typeof(CredentialRefusal.LooksLikeMobile))]
    [InlineData("al ice", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("аlice", typeof(CredentialRefusal.ForbiddenCharacter))] // Cyrillic а
    [InlineData("al\u0131ce", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("alice\u0301", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("alice\u3164", typeof(CredentialRefusal.ForbiddenCharacter))]
    [InlineData("alice/../bob", typeof(CredentialRefusal.ForbiddenCharacter))]
    public void What_is_no_username_is_refused_with_what_is_wrong(string typed, Type refusal) =>
        Assert.IsType(refusal, Refused(CredentialKind.Username, typed));

    [Theory]
    [InlineData("a@x.org", CredentialKind.Email)]
    [InlineData("@", CredentialKind.Email)]
    [InlineData("a＠x.org", CredentialKind.Email)]
    [InlineData("07700 900123", CredentialKind.Mobile)]
    [InlineData("(202) 555-0123", CredentialKind.Mobile)]
    [InlineData("+44", CredentialKind.Mobile)]
    [InlineData("\u202A+44 7700 900123\u202C", CredentialKind.Mobile)]
    [InlineData("2025550123 ext 4", CredentialKind.Mobile)]
    [InlineData("alice", CredentialKind.Username)]
    [InlineData("alice7700900123", CredentialKind.Username)]
    [InlineData("", CredentialKind.Username)]
    [InlineData(null, CredentialKind.Username)]
    [InlineData("!!!", CredentialKind.Username)]
    [InlineData("\uD800", CredentialKind.Username)]
    public void The_sign_in_field_knows_what_was_typed(string? typed, CredentialKind kind) =>
        Assert.Equal(kind, Credential.Classify(typed));

    [Theory]
    [InlineData(CredentialKind.Email, "alice@example.com", "a•••@e•••.com")]
    [InlineData(CredentialKind.Email, "a@x.org", "a•••@x•••.org")]
    [InlineData(CredentialKind.Email, "a@mail.example.co.uk", "a•••@m•••.uk")]
    [InlineData(CredentialKind.Mobile, "+447700900123", "•••23")]
    [InlineData(CredentialKind.Username, "alice", "a•••")]
    [InlineData(CredentialKind.Username, "", "•••")]
    public void A_masked_credential_is_recognised_and_not_learned(CredentialKind kind, string value, string masked)
    {
        var credential = new CredentialValue { Kind = kind, Value = value };
        Assert.Equal(masked, Credential.Mask(credential));
        Assert.Equal(masked, credential.ToString());
    }

    [Fact]
    public void A_canonical_form_is_its_own_canonical_form_and_nothing_throws()
    {
        var random = new Random(20261121);
        const string pieces = "aB1.@+-_ ()0\u0301\u200B\uD800\uDC00\u202Eéß\u0130\u4F8B\u30C6а①ﬁ＠．";
        for (var i = 0; i < 50_000; i++)
        {
            var typed = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (var kind in Enum.GetValues<CredentialKind>())
            {
                if (Credential.Parse(kind, typed, "GB").Value is { } once)
                {
                    Assert.Equal(once, Credential.Parse(kind, once.Value, "US").Value);
                    Assert.Equal(kind, Credential.Classify(once.Value));
                    Assert.All(once.Value, c => Assert.InRange(c, '!', '~'));
                }
            }
        }
    }

    [Fact]
    public void Every_country_reads_its_own_numbers_back_in_all_spellings()
    {
        foreach (var country in Credential.Countries)
        {
            var plan = DialPlan.OfCountry(country)!;
            var national = new string('6', plan.Least);
            var canonical = "+" + plan.CallingCode + national;
            Assert.Equal(canonical, Accepted(CredentialKind.Mobile, plan.Trunk + national, country));
            Assert.Equal(canonical, Accepted(CredentialKind.Mobile, canonical, null));
            foreach (var prefix in plan.InternationalPrefixes)
            {
                Assert.Equal(canonical, Accepted(CredentialKind.Mobile, prefix + " " + canonical[1..], country));
            }
        }
    }

    private static string Accepted(CredentialKind kind, string typed, string? country = "US") =>
        Assert.IsType<CredentialParse.Accepted>(Credential.Parse(kind, typed, country)).Credential.Value;

    private static CredentialRefusal Refused(CredentialKind kind, string typed, string? country = "US") =>
        Assert.IsType<CredentialParse.Refused>(Credential.Parse(kind, typed, country)).Why;
}
