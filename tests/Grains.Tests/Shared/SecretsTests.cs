using Portal.Grains.Abstractions.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

public sealed class SecretsTests
{
    private const string Good = "Zb8r1tQpX0uVn3yKcW5eLhG7sMdA2fJ9";

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("                                        ", false)]
    [InlineData("Zb8r1tQpX0uVn3yKcW5eLhG7sMdA2fJ", false)] // 31
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("12121212121212121212121212121212121212", true)]
    [InlineData("please-change-me-please-change-me-please", true)]
    [InlineData("My-Very-Secret-Key-For-Riverside-2026-xyz", true)]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    public void A_guessable_secret_is_refused_in_Production_and_a_short_one_everywhere(string? secret, bool isFineInDevelopment)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => PortalSecrets.From(secret, isProduction: true));
        Assert.Contains("Portal__Secret", refusal.Message);
        if (!string.IsNullOrWhiteSpace(secret))
        {
            Assert.DoesNotContain(secret, refusal.Message);
        }
        if (isFineInDevelopment)
        {
            PortalSecrets.From(secret, isProduction: false);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => PortalSecrets.From(secret, isProduction: false));
        }
    }

    [Fact]
    public void A_random_secret_is_accepted()
    {
        PortalSecrets.From(Good, isProduction: true);
        for (var i = 0; i < 1_000; i++)
        {
            PortalSecrets.From(PortalSecrets.NewSecret(), isProduction: true);
        }
    }

    [Fact]
    public void Each_purpose_has_a_key_of_its_own_the_same_in_every_process()
    {
        var secrets = PortalSecrets.From(Good, isProduction: true);
        Assert.Equal(secrets.Derive("credential"), PortalSecrets.From(Good, isProduction: false).Derive("credential"));
        Assert.NotEqual(secrets.Derive("credential"), secrets.Derive("code"));
        Assert.Equal(48, secrets.Derive("code", 48).Length);
        Assert.NotEqual(secrets.Derive("code"), PortalSecrets.From(Good + "x", isProduction: true).Derive("code"));
    }

    [Fact]
    public void Nothing_of_the_secret_shows_when_it_is_printed() =>
        Assert.DoesNotContain(Good, PortalSecrets.From(Good, isProduction: true).ToString());

    [Fact]
    public void A_keyed_hash_depends_on_secret_purpose_and_the_borders_of_its_parts()
    {
        var hash = new KeyedHash(PortalSecrets.From(Good, isProduction: true));
        string[] hashes =
        [
            hash.Hex(KeyedHash.Credential, "ab", "c"),
            hash.Hex(KeyedHash.Credential, "a", "bc"),
            hash.Hex(KeyedHash.Credential, "abc"),
            hash.Hex(KeyedHash.Credential, "abc", ""),
            hash.Hex(KeyedHash.Credential),
            hash.Hex(KeyedHash.Code, "ab", "c"),
            new KeyedHash(PortalSecrets.From(Good + "x", isProduction: true)).Hex(KeyedHash.Credential, "ab", "c"),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.All(hashes, h => Assert.True(Tokens.IsHash(h)));
        Assert.Equal(hashes[0], hash.Hex(KeyedHash.Credential, "ab", "c"));
        Assert.Equal(43, hash.Base64(KeyedHash.Device, "ab").Length);
    }

    [Fact]
    public void A_purpose_nobody_declared_throws() =>
        Assert.Throws<ArgumentException>(() => new KeyedHash(PortalSecrets.From(Good, isProduction: true)).Hex("payload", "a"));

    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "abd", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("", "", true)]
    [InlineData(null, null, false)]
    [InlineData("abc", null, false)]
    [InlineData(null, "abc", false)]
    public void Hashes_are_compared_whole(string? left, string? right, bool equal) => Assert.Equal(equal, KeyedHash.AreEqual(left, right));
}
