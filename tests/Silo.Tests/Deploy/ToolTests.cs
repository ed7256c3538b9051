using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Deploy;

/// <summary>The programs that the files are for read them, where they are on the machine.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-tools").FullName;

    [ToolFact("haproxy")]
    public async Task HAProxy_takes_its_configuration()
    {
        var certificate = Path.Combine(_folder, "portal.pem");
        using (var key = RSA.Create(2048))
        {
            var request = new CertificateRequest("CN=portal", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var now = TimeProvider.System.GetUtcNow();
            using var made = request.CreateSelfSigned(now, now.AddDays(1));
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        var path = Path.Combine(_folder, "haproxy.cfg");
        var text = await File.ReadAllTextAsync(Repository.PathOf("deploy/compose/haproxy.cfg"));
        await File.WriteAllTextAsync(path, text.Replace("/certificates/portal.pem", certificate, StringComparison.Ordinal));
        await RunAsync("haproxy", "-c", "-f", path);
    }

    [ToolFact("systemd-analyze")]
    public async Task Systemd_takes_its_units_and_finds_the_portal_well_confined()
    {
        // The program it would start need not be here.
        foreach (var unit in Repository.Files("deploy/systemd", "portal*"))
        {
            var text = await File.ReadAllTextAsync(unit);
            await File.WriteAllTextAsync(Path.Combine(_folder, Path.GetFileName(unit)), text.Replace("/usr/bin/dotnet", "/bin/true"));
        }

        var units = Directory.GetFiles(_folder).Where(path => !path.EndsWith(".env", StringComparison.Ordinal)).Order().ToArray();
        Assert.Equal("", await RunAsync("systemd-analyze", ["verify", .. units]));
        await RunAsync("systemd-analyze", "security", "--offline=true", "--threshold=20", Path.Combine(_folder, "portal.service"));
    }

    [ToolFact("kubectl")]
    public async Task Kubectl_builds_all_manifests()
    {
        var all = await RunAsync("kubectl", "kustomize", Repository.PathOf("deploy/kubernetes"));
        Assert.Equal(7, all.Split('\n').Count(line => line.StartsWith("kind: ", StringComparison.Ordinal)));
        Assert.Contains("image: registry.example.org/portal:", all);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await output}{await errors}");
        return await output;
    }
}

/// <summary>A fact that is skipped where a program is not on the machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin");
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program)))) Skip = $"Needs {program}.";
    }
}
