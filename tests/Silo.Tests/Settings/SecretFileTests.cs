using Microsoft.Extensions.Configuration;
using Portal.Silo.Settings;
using Xunit;

namespace Portal.Silo.Tests.Settings;

public sealed class SecretFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-secrets").FullName;

    [Fact]
    public void A_secret_comes_out_of_its_file_without_the_line_end()
    {
        var (values, problems) = Read(("Portal:SecretFile", Write("secret", "from-a-file\n")));
        Assert.Empty(problems);
        Assert.Equal("from-a-file", values["Portal:Secret"]);
    }

    [Fact]
    public void A_folder_holds_one_file_for_each_key_and_goes_before_the_environment()
    {
        Write("Portal__Secret", "from-the-folder\n");
        Write("Portal__Smtp__Password", "also");
        var (values, problems) = Read(("Portal:SecretsFolder", _folder), ("Portal:Secret", "from-the-environment"));
        Assert.Empty(problems);
        Assert.Equal("from-the-folder", values["Portal:Secret"]);
        Assert.Equal("also", values["Portal:Smtp:Password"]);
    }

    [Fact]
    public void Every_secret_can_come_from_a_file()
    {
        foreach (var setting in KnownSettings.All.Where(setting => setting.IsSecret))
        {
            var (values, problems) = Read((setting.FileKey!, Write("one", setting.Key)));
            Assert.Empty(problems);
            Assert.Equal(setting.Key, values[setting.Key]);
        }
    }

    [Fact]
    public void A_file_that_is_missing_empty_or_too_large_is_named_and_not_quoted()
    {
        var (_, problems) = Read(
            ("Portal:SecretFile", Path.Combine(_folder, "nowhere")), ("Portal:StorageFile", Write("empty", "\n")),
            ("Portal:Sms:AuthTokenFile", Write("large", new string('x', SecretFiles.MostBytes + 1))));
        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, p => p.StartsWith("Portal:SecretFile", StringComparison.Ordinal) && p.Contains("nowhere"));
        Assert.Contains(problems, p => p.StartsWith("Portal:StorageFile", StringComparison.Ordinal) && p.Contains("empty"));
        Assert.Contains(problems, p => p.StartsWith("Portal:Sms:AuthTokenFile", StringComparison.Ordinal) && p.Contains("16384 bytes"));
    }

    [Fact]
    public void A_file_and_another_value_are_a_contradiction()
    {
        var (_, problems) = Read(("Portal:SecretFile", Write("secret", "hunter2-one")), ("Portal:Secret", "hunter2-two"));
        Assert.DoesNotContain("hunter2", Assert.Single(problems));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static (IConfiguration Values, IReadOnlyList<string> Problems) Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        return (configuration, SecretFiles.AddTo(configuration));
    }
}
