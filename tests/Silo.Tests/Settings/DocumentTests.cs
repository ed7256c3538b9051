using System.Text.RegularExpressions;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;
using Portal.Silo.Settings;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Settings;

/// <summary>The page of settings, the list of known ones and the code that reads them say the same.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_known_key_is_in_the_document_and_every_documented_key_is_known()
    {
        var document = File.ReadAllText(Repository.PathOf("docs/configuration.md"));
        var documented = Rows().Matches(document).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(documented.Distinct().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.Equal(KnownSettings.Keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_that_the_code_reads_is_known()
    {
        var read = Literals().Where(key => !key.EndsWith(':')).Distinct().ToList();
        Assert.NotEmpty(read);
        // The name of a section is read as a whole; its parts are compared below.
        var sections = KnownSettings.Keys.Select(key => key[..key.LastIndexOf(':')]).ToHashSet();
        Assert.Equal([], read.Where(key => !KnownSettings.Keys.Contains(key) && !sections.Contains(key)));
    }

    [Fact]
    public void Every_known_key_is_read_by_the_code()
    {
        var read = Literals("KnownSettings.cs").Concat(Properties()).Concat(ClusterKeys()).ToHashSet();
        var files = KnownSettings.All.Select(setting => setting.FileKey).OfType<string>();
        Assert.Equal([], KnownSettings.Keys.Except(files).Where(key => !read.Contains(key)));
    }

    [Fact]
    public void Every_option_of_mail_and_sms_is_known() => Assert.Equal([], Properties().Except(KnownSettings.Keys));

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/operations.md")]
    [InlineData("docs/messages.md")]
    [InlineData("deploy/README.md")]
    public void Other_documents_name_keys_that_exist(string path)
    {
        if (!File.Exists(Repository.PathOf(path))) return;
        var text = File.ReadAllText(Repository.PathOf(path));
        var named = Mentions().Matches(text).Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal));
        var sections = KnownSettings.Keys.Select(key => key[..key.LastIndexOf(':')]);
        Assert.Equal([], named.Except(KnownSettings.Keys).Except(sections));
    }

    private static IEnumerable<string> Properties() =>
        from options in new[] { (Section: "Portal:Smtp", Type: typeof(SmtpOptions)), (Section: "Portal:Sms", Type: typeof(SmsOptions)) }
        from property in options.Type.GetProperties()
        where property.SetMethod is not null
        select $"{options.Section}:{property.Name}";

    // The Orleans engine reads its section part by part.
    private static IEnumerable<string> ClusterKeys()
    {
        var code = string.Concat(Repository.Files("src/Silo/Engines/Orleans", "*.cs").Select(File.ReadAllText));
        return ClusterReads().Matches(code).Select(match => "Portal:Cluster:" + (match.Groups[1].Value + match.Groups[2].Value));
    }

    private static IEnumerable<string> Literals(params string[] except) =>
        from path in Repository.Files("src", "*.cs")
        where !except.Contains(Path.GetFileName(path))
        from Match match in Literal().Matches(File.ReadAllText(path))
        select match.Groups[1].Value;

    [GeneratedRegex(@"^\| `(Portal:[A-Za-z:]+)`", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("\"(Portal:[A-Za-z:]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"`(Portal(?::|__)[A-Za-z:_]+[A-Za-z])`?")]
    private static partial Regex Mentions();

    [GeneratedRegex("""(?:cluster|section)(?:\["(\w+)"\]|\.GetValue\("(\w+)")""")]
    private static partial Regex ClusterReads();
}
