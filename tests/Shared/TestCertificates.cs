using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Tests.Shared;

/// <summary>Certificates made for one test: an authority nobody trusts and a server certificate from it.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    /// <param name="host">The name on the server's certificate.</param>
    public TestCertificates(string host)
    {
        // Certificates are judged by the machine's clock, not by a fake one.
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        Server = signed.CopyWithPrivateKey(key);
        AuthorityFile = Path.Combine(Path.GetTempPath(), $"portal-test-{RandomNumberGenerator.GetHexString(12)}.pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>A PEM file with the authority.</summary>
    public string AuthorityFile { get; }

    /// <summary>SHA-256 of the server's certificate in hex.</summary>
    public string Thumbprint => Convert.ToHexString(SHA256.HashData(Server.RawData));

    public void Dispose()
    {
        File.Delete(AuthorityFile);
        Server.Dispose();
        _authority.Dispose();
    }
}
