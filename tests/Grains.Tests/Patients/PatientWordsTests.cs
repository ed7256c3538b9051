using Portal.Grains.Patients;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The words by which patients are found.</summary>
public sealed class PatientWordsTests
{
    private static readonly IReadOnlyList<string> Alice = PatientWords.OfPatient(
        "p-k3v7abcdefghijkl", ["Élise Anne", "O'Brien-Łuczak"], ["Alice.OBrien@Example.org", "alice_ob"], ["447700900123"],
        new DateOnly(1980, 2, 3));

    [Theory]
    [InlineData("elise")]
    [InlineData("ÉLI")]
    [InlineData("anne elise")]
    [InlineData("obrien")]
    [InlineData("o'brien")]
    [InlineData("O’Brien-Luczak")]
    [InlineData("łuczak")]
    [InlineData("alice.ob")]
    [InlineData("alice.obrien@example.org")]
    [InlineData("ALICE.OBRIEN@EX")]
    [InlineData("@example.org")]
    [InlineData("example.org")]
    [InlineData("alice_ob")]
    [InlineData("07700 900123")]
    [InlineData("+44 7700 900 123")]
    [InlineData("(07700) 900-123")]
    [InlineData("00447700900123")]
    [InlineData("0123")]
    [InlineData("900")]
    [InlineData("1980-02-03")]
    [InlineData("1980-2-3")]
    [InlineData("03/02/1980")]
    [InlineData("3/2/1980")]
    [InlineData("3.2.1980")]
    [InlineData("3/2")]
    [InlineData("1980")]
    [InlineData("p-k3v7")]
    [InlineData("p-k3v7abcdefghijkl")]
    [InlineData("k3v7")]
    [InlineData("elise, obrien; 1980")]
    public void She_is_found_by(string search) =>
        Assert.True(Finds(search), $"{search} asks for {string.Join(' ', PatientWords.OfSearch(search))}");

    [Theory]
    [InlineData("lise")]
    [InlineData("elise bob")]
    [InlineData("bob@example.org")]
    [InlineData("07700 900124")]
    [InlineData("2/3/1980")]
    [InlineData("1981")]
    [InlineData("p-k3v8")]
    public void She_is_not_found_by(string search) => Assert.False(Finds(search));

    [Theory]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData("---")]
    [InlineData("'")]
    [InlineData("12")]
    [InlineData("\u200B\u0000\uD800")]
    public void Nothing_is_asked_for_by(string search) => Assert.Empty(PatientWords.OfSearch(search));

    [Fact]
    public void Anything_may_be_typed_and_nothing_grows_without_bound()
    {
        var wild = string.Concat(Enumerable.Range(0, 5_000).Select(i => (char)(i * 13)));
        Assert.True(PatientWords.OfSearch(wild).Count <= PatientWords.MaxOfSearch);
        var emoji = string.Concat(Enumerable.Repeat("😀", 40));
        var words = PatientWords.OfPatient("p-a", [wild, emoji + emoji], [wild], [new string('7', 500)], default);
        Assert.True(words.Count <= PatientWords.MaxOfPatient);
        Assert.All(words, word => Assert.False(char.IsHighSurrogate(word[^1]) || word.Contains(' ')));
    }

    [Fact]
    public void Names_are_sorted_by_family_name_then_given_name_whatever_their_accents()
    {
        (string Family, string Given)[] sorted =
            [("Ångström", "Zoe"), ("angus", "Ann"), ("Łuczak", "Bo"), ("Smith", "Al"), ("Smith", "Bo"), ("Smithson", "A")];
        var keys = sorted.Select(n => Convert.ToHexString(PatientWords.SortKey(n.Family, n.Given))).ToList();
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    private static bool Finds(string search) =>
        PatientWords.OfSearch(search) is { Count: > 0 } asked
        && asked.All(word => Alice.Any(w => w.StartsWith(word, StringComparison.Ordinal)));
}
