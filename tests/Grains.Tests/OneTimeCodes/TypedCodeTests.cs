using System.Text.Json;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class TypedCodeTests
{
    [Theory]
    [InlineData("012345")]
    [InlineData(" 012345\r\n")]
    [InlineData("012 345")]
    [InlineData("012-345")]
    [InlineData("0 1 2 3 4 5")]
    [InlineData("\u200E012345")]
    [InlineData("０１２３４５")]
    [InlineData("٠١٢٣٤٥")]
    public void Six_digits_are_read_however_they_are_written(string typed)
    {
        Assert.True(TypedCode.TryRead(typed, out var code));
        Assert.Equal("012345", code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("      ")]
    [InlineData("01234")]
    [InlineData("0123456")]
    [InlineData("01234x")]
    [InlineData("01234½")]
    [InlineData("01234\u0000")]
    [InlineData("0123                             45")]
    public void Anything_else_is_no_code_and_so_no_guess(string? typed)
    {
        Assert.False(TypedCode.TryRead(typed, out var code));
        Assert.Equal("", code);
    }

    [Fact]
    public void Codes_are_six_digits_and_spread_over_all_of_them()
    {
        var codes = Enumerable.Range(0, 20_000).Select(_ => OneTimeCodeGenerator.NewCode()).ToList();
        Assert.All(codes, code => Assert.Matches("^[0-9]{6}$", code));
        for (var place = 0; place < 6; place++)
        {
            var counts = codes.CountBy(code => code[place]).ToDictionary();
            Assert.All("0123456789", digit => Assert.InRange(counts[digit], 1_700, 2_300)); // 2,000 ± 7 standard deviations
        }
    }

    [Fact]
    public void The_stored_form_depends_on_everything_the_code_is_bound_to()
    {
        var hash = new KeyedHash(PortalSecrets.From(new string('s', 20) + "0123456789ab", isProduction: false));
        var other = new KeyedHash(PortalSecrets.From(new string('t', 20) + "0123456789ab", isProduction: false));
        string[] forms =
        [
            OneTimeCodeGenerator.Hash(hash, "riverside/email.ab", "c-1", "012345"),
            OneTimeCodeGenerator.Hash(hash, "hilltop/email.ab", "c-1", "012345"),
            OneTimeCodeGenerator.Hash(hash, "riverside/email.ac", "c-1", "012345"),
            OneTimeCodeGenerator.Hash(hash, "riverside/email.ab", "c-2", "012345"),
            OneTimeCodeGenerator.Hash(hash, "riverside/email.ab", "c-1", "012346"),
            OneTimeCodeGenerator.Hash(other, "riverside/email.ab", "c-1", "012345"),
        ];
        Assert.Equal(forms.Length, forms.Distinct().Count());
        Assert.Equal(forms[0], OneTimeCodeGenerator.Hash(hash, "riverside/email.ab", "c-1", "012345"));
    }

    [Fact]
    public void The_state_survives_being_stored()
    {
        var desk = new CodeDesk();
        var code = desk.Sent();
        desk.Wrong(2);
        desk.Check(code);
        desk.Sent();
        var stored = JsonSerializer.Serialize(desk.State);
        Assert.Equal(stored, JsonSerializer.Serialize(JsonSerializer.Deserialize<OneTimeCodeState>(stored)));
        Assert.DoesNotContain("Code\":\"c", stored);
    }
}
