using Portal.Grains.Abstractions.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

public sealed class PlainTextTests
{
    public static TheoryData<string, bool, string> Texts => new()
    {
        { "", true, "" },
        { "Lost her phone", true, "Lost her phone" },
        { "Anaïs, 東京, مرحبا, नमस्ते", true, "Anaïs, 東京, مرحبا, नमस्ते" },
        { "\U0001F468\u200D\U0001F469\u200D\U0001F467", true, "\U0001F468\u200D\U0001F469\u200D\U0001F467" },
        { "e\u0301\u0302\u0303\u0304", true, "e\u0301\u0302\u0303\u0304" },
        { "e\u0301\u0302\u0303\u0304\u0305", false, "e\u0301\u0302\u0303\u0304\u0305" },
        { "a\0b", false, "ab" },
        { "a\tb", false, "ab" },
        { "\u202Eevil", false, "evil" },
        { "\u2066evil\u2069", false, "evil" },
        { "a\u200Bb", false, "ab" },
        { "\uFEFF", false, "" },
        { "a\uFFFDb", false, "ab" },
        { "\uE000", false, "" },
        { "\u034F\u2800", false, "" },
        { "a\u2028b", false, "ab" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_reads_as_it_is_written_or_is_cleaned(string text, bool showable, string cleaned)
    {
        Assert.Equal(showable, PlainText.IsShowable(text));
        Assert.Equal(cleaned, PlainText.Cleaned(text, 100));
    }

    // Not among the texts above: what runs the tests would write half a character out as another.
    [Fact]
    public void Halves_of_characters_are_no_text()
    {
        Assert.False(PlainText.IsShowable("a\uD800b"));
        Assert.False(PlainText.IsShowable("\uDC00"));
        Assert.Equal("ab", PlainText.Cleaned("a\uD800b\uDC00", 100));
    }

    [Fact]
    public void Cutting_never_halves_a_character() =>
        Assert.Equal("aaa", PlainText.Cleaned("aaa\U0001F600", 4));
}
