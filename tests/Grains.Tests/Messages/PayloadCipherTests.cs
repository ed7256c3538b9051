using System.Security.Cryptography;
using System.Text;
using Portal.Grains.Shared;
using Xunit;

namespace Portal.Grains.Tests.Messages;

public sealed class PayloadCipherTests
{
    private static readonly byte[] Old = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] New = [.. Enumerable.Range(100, 48).Select(i => (byte)i)];

    [Theory]
    [InlineData("")]
    [InlineData("204816")]
    [InlineData("Łódź 診療所 👩‍⚕️")]
    public void What_was_encrypted_comes_back(string text)
    {
        var cipher = new PayloadCipher(New);
        var encrypted = cipher.Encrypt(Encoding.UTF8.GetBytes(text), "outbox:m-1");
        Assert.Equal(text, Encoding.UTF8.GetString(cipher.Decrypt(encrypted, "outbox:m-1")!));
    }

    [Fact]
    public void The_same_text_is_encrypted_differently_each_time_and_shows_nowhere()
    {
        var cipher = new PayloadCipher(New);
        var (first, second) = (cipher.Encrypt("204816"u8, "a"), cipher.Encrypt("204816"u8, "a"));
        Assert.NotEqual(first, second);
        Assert.True(first.AsSpan().IndexOf("204816"u8) < 0);
    }

    [Fact]
    public void It_cannot_be_read_for_another_purpose() =>
        Assert.Null(new PayloadCipher(New).Decrypt(new PayloadCipher(New).Encrypt("204816"u8, "outbox:m-1"), "outbox:m-2"));

    [Fact]
    public void A_changed_byte_is_noticed_wherever_it_is()
    {
        var cipher = new PayloadCipher(New);
        var encrypted = cipher.Encrypt("204816"u8, "a");
        for (var i = 0; i < encrypted.Length; i++)
        {
            encrypted[i] ^= 1;
            Assert.Null(cipher.Decrypt(encrypted, "a"));
            encrypted[i] ^= 1;
        }
        for (var length = 0; length < encrypted.Length; length++) Assert.Null(cipher.Decrypt(encrypted.AsSpan(0, length), "a"));
        Assert.NotNull(cipher.Decrypt(encrypted, "a"));
    }

    [Fact]
    public void An_older_secret_still_reads_and_no_longer_writes()
    {
        var before = new PayloadCipher(Old).Encrypt("204816"u8, "a");
        var both = new PayloadCipher(New, Old);
        Assert.Equal("204816"u8.ToArray(), both.Decrypt(before, "a"));
        Assert.Null(new PayloadCipher(New).Decrypt(before, "a"));
        Assert.Null(new PayloadCipher(Old).Decrypt(both.Encrypt("204816"u8, "a"), "a"));
    }

    [Fact]
    public void A_short_secret_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PayloadCipher(RandomNumberGenerator.GetBytes(31)));
}
