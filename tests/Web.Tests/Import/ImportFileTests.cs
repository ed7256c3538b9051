using System.Text;
using Portal.Web.Import;
using Xunit;

namespace Portal.Web.Tests.Import;

public sealed class ImportFileTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b / 1|2")]
    [InlineData("\uFEFFa;b\r\n1;2\r\n", "a|b / 1|2")]
    [InlineData("a\tb\n1\t2", "a|b / 1|2")]
    [InlineData("a,b\n\"1,\n\"\"x\"\"\",2\n", "a|b / 1,\n\"x\"|2")]
    [InlineData("\"a,x\";b\n1;2\n", "a,x|b / 1|2")]
    [InlineData("a,b\n\n,\n1,2\n", "a|b / 1|2")]
    [InlineData("a\n1\n", "a / 1")]
    public async Task A_file_of_rows_is_read_as_it_is_meant(string text, string expected)
    {
        var rows = await RowsAsync(CsvFile.ReadAsync(Stream(text), null));
        Assert.Equal(expected, string.Join(" / ", rows.Select(row => string.Join('|', row))));
    }

    [Fact]
    public async Task A_separator_that_is_said_wins() =>
        Assert.Equal(["a,b", "c"], (await RowsAsync(CsvFile.ReadAsync(Stream("a,b;c\n"), ';')))[0]);

    [Fact]
    public async Task Other_encodings_are_refused()
    {
        var latin = new MemoryStream(Encoding.Latin1.GetBytes("name\nSørensen\n"));
        var refused = await Assert.ThrowsAsync<ImportFileException>(() => RowsAsync(CsvFile.ReadAsync(latin, null)));
        Assert.Equal("encoding", refused.Problem);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_is_refused()
    {
        var text = "a,b\n\"1,2\n" + new string('x', 50_000);
        var refused = await Assert.ThrowsAsync<ImportFileException>(() => RowsAsync(CsvFile.ReadAsync(Stream(text), null)));
        Assert.Equal("quote", refused.Problem);
    }

    [Fact]
    public async Task Patients_of_a_bundle_are_read_and_nothing_else()
    {
        const string Bundle = """
            {"type":"collection","meta":{"tag":[1,2]},"entry":[
              {"resource":{"resourceType":"Patient","id":"x","identifier":[{"value":"77"}],
                "name":[{"use":"old","family":"No","given":["No"]},{"use":"official","family":"Archer","given":["Alice","May"]}],
                "birthDate":"1985-03-27","telecom":[{"system":"phone","use":"work","value":"1"},{"system":"phone","value":"2"},
                {"system":"phone","use":"mobile","value":"3"},{"system":"email","value":"a@x.org"}],
                "address":[{"line":["1 High St","Flat 2"],"city":"Riverside","postalCode":"RV1 4AB"}]}},
              {"resource":{"resourceType":"Observation"}}, 7,
              {"resource":{"resourceType":"Patient","id":"y"}}],
             "resourceType":"Bundle"}
            """;
        var rows = await RowsAsync(FhirBundle.ReadAsync(Stream(Bundle)));
        Assert.Equal(2, rows.Count);
        Assert.Equal("77|Alice May|Archer|1985-03-27|a@x.org|3|2|1 High St, Flat 2|Riverside|RV1 4AB", string.Join('|', rows[0]));
        Assert.Equal("y", rows[1][0]);
    }

    [Fact]
    public async Task A_large_bundle_is_read_in_parts()
    {
        var text = new StringBuilder("""{"resourceType":"Bundle","entry":[""");
        for (var i = 0; i < 20_000; i++)
            text.Append($$$"""{{{(i > 0 ? "," : "")}}}{"resource":{"resourceType":"Patient","id":"{{{i}}}","name":[{"family":"A"}]}}""");
        text.Append("]}");
        var rows = await RowsAsync(FhirBundle.ReadAsync(Stream(text.ToString())));
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => i.ToString()), rows.Select(row => row[0]));
    }

    [Theory]
    [InlineData("{", "json")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"resource":""", "json")]
    [InlineData("""{"resourceType":"Patient"}""", "fhir")]
    [InlineData("""{"a":01}""", "json")]
    public async Task What_is_no_bundle_is_refused(string text, string problem)
    {
        var refused = await Assert.ThrowsAsync<ImportFileException>(() => RowsAsync(FhirBundle.ReadAsync(Stream(text))));
        Assert.Equal(problem, refused.Problem);
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<List<string[]>> RowsAsync(IAsyncEnumerable<string[]> rows)
    {
        List<string[]> all = [];
        await foreach (var row in rows) all.Add(row);
        return all;
    }
}
