using System.Globalization;
using System.Text;
using Portal.Grains.Shared;
using Xunit;

namespace Portal.Grains.Tests.Staff;

public sealed class TotpTests
{
    // The secret of RFC 6238, appendix B.
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly string Secret = Totp.ToBase32(Key);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);

    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1_111_111_109, "07081804")]
    [InlineData(1_111_111_111, "14050471")]
    [InlineData(1_234_567_890, "89005924")]
    [InlineData(2_000_000_000, "69279037")]
    [InlineData(20_000_000_000, "65353130")]
    public void The_vectors_of_RFC_6238_hold(long seconds, string code)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.Code(Key, Totp.StepAt(now), 8));
        Assert.Equal(code[2..], Totp.CodeAt(Secret, now));
        Assert.Equal(new TotpResult.Accepted(seconds / 30), Totp.Check(Secret, code[2..], 0, now));
    }

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(9, "520489")]
    public void The_vectors_of_RFC_4226_hold(long counter, string code) => Assert.Equal(code, Totp.Code(Key, counter, 6));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_phone_may_be_one_step_early_or_late(int steps, bool isAccepted)
    {
        var code = Totp.CodeAt(Secret, Now.AddSeconds(30 * steps));
        var expected = isAccepted ? (TotpResult)new TotpResult.Accepted(Totp.StepAt(Now) + steps) : new TotpResult.Wrong();
        Assert.Equal(expected, Totp.Check(Secret, code, 0, Now));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_used_step_and_those_before_it_are_refused(int steps)
    {
        var used = Totp.StepAt(Now) + 1;
        Assert.Equal(new TotpResult.Replayed(), Totp.Check(Secret, Totp.CodeAt(Secret, Now.AddSeconds(30 * steps)), used, Now));
    }

    [Fact]
    public void The_step_after_a_used_one_is_accepted()
    {
        var code = Totp.CodeAt(Secret, Now);
        Assert.Equal(new TotpResult.Accepted(Totp.StepAt(Now)), Totp.Check(Secret, code, Totp.StepAt(Now) - 1, Now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("08180")]
    [InlineData("0818041")]
    [InlineData("08180x")]
    [InlineData("٠٨١٨٠٤")]
    public void What_is_no_code_is_wrong(string? code) => Assert.Equal(new TotpResult.Wrong(), Totp.Check(Secret, code, 0, Now));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void The_vectors_of_RFC_4648_hold(string text, string base32)
    {
        Assert.Equal(base32, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));
        if (text.Length > 0)
        {
            Assert.Equal(text, Encoding.ASCII.GetString(Totp.FromBase32(base32)));
        }
    }

    [Theory]
    [InlineData("mzxw 6ytb-oi==")]
    [InlineData("MZXW6YTBOI======")]
    public void A_secret_may_be_typed_as_people_type_it(string typed) =>
        Assert.Equal("foobar", Encoding.ASCII.GetString(Totp.FromBase32(typed)));

    [Theory]
    [InlineData("")]
    [InlineData("====")]
    [InlineData("MZXW0")]
    [InlineData("MZXWé")]
    public void What_is_no_secret_is_refused(string typed) => Assert.Throws<FormatException>(() => Totp.FromBase32(typed));

    [Fact]
    public void A_new_secret_has_160_bits_and_works()
    {
        var secret = TotpGenerator.NewSecret();
        Assert.Matches("^[A-Z2-7]{32}$", secret);
        Assert.NotEqual(secret, TotpGenerator.NewSecret());
        Assert.IsType<TotpResult.Accepted>(Totp.Check(secret, Totp.CodeAt(secret, Now), 0, Now));
    }

    [Fact]
    public void The_address_for_the_app_escapes_the_names()
    {
        var uri = Totp.Uri(Secret, "River: side & Co", "erin@riverside.example");
        Assert.Equal(
            "otpauth://totp/River%20%20side%20%26%20Co:erin%40riverside.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            + "&issuer=River%20%20side%20%26%20Co&algorithm=SHA1&digits=6&period=30", uri);
    }

    [Fact]
    public void A_code_is_digits_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("ar-SA");
        try
        {
            Assert.Matches("^[0-9]{6}$", Totp.CodeAt(Secret, Now));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
