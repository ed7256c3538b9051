using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Silo.Hosting;

/// <summary>
/// Keeps the keys that protect forms and circuits in the database, so that any silo serves any request and a restart spoils no open
/// form. They are encrypted under the installation's secret: who has the database alone has nothing.
/// </summary>
public static class DataProtectionKeys
{
    /// <summary>The table, one row for each key.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "keys", "CREATE TABLE data_protection_keys (name TEXT PRIMARY KEY, xml TEXT NOT NULL)"),
    ];

    /// <summary>Keeps the keys there. The database and the secrets are added elsewhere.</summary>
    public static void AddPortalDataProtection(this IServiceCollection services)
    {
        // Authenticated encryption in one pass: forms and cookies are protected on each page, which costs twice as much with the
        // framework's default of AES-CBC and an HMAC. Each payload has a key of its own, derived from 128 random bits. What older keys
        // protected stays readable.
        services.AddDataProtection().SetApplicationName("Portal").UseCryptographicAlgorithms(
            new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new KeyTable(provider.GetRequiredService<Database>());
            options.XmlEncryptor = new SecretEncryptor(provider.GetRequiredService<PortalSecrets>());
        }));
    }

    /// <summary>The framework's key ring in a table. It asks without await, once at the start and then once a day.</summary>
    /// <param name="database">Where the table is.</param>
    private sealed class KeyTable(Database database) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            var rows = Task.Run(() => database.ReadAsync(read => read.QueryAsync<string>("SELECT xml FROM data_protection_keys")));
            return [.. rows.GetAwaiter().GetResult().Select(xml => XElement.Parse(xml))];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            var insert = new Statement(
                "INSERT INTO data_protection_keys (name, xml) VALUES (@name, @xml) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml",
                ("name", friendlyName), ("xml", element.ToString(SaveOptions.DisableFormatting)));
            Task.Run(() => database.WriteAsync(new WriteUnit("data-protection", insert))).GetAwaiter().GetResult();
        }
    }
}

/// <summary>Encrypts keys at rest with AES-256-GCM under a key derived from the installation's secret.</summary>
/// <param name="secrets">The secret.</param>
public sealed class SecretEncryptor(PortalSecrets secrets) : IXmlEncryptor
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <inheritdoc />
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(Key(secrets), TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(box)), typeof(SecretDecryptor));
    }

    /// <summary>Opens what <see cref="Encrypt"/> made.</summary>
    /// <exception cref="CryptographicException">Another secret sealed it, or it was changed.</exception>
    internal static XElement Decrypt(XElement sealedElement, PortalSecrets secrets)
    {
        var box = Convert.FromBase64String(sealedElement.Value);
        if (box.Length <= NonceBytes + TagBytes) throw new CryptographicException("A key in data_protection_keys is cut short.");
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Key(secrets), TagBytes);
        cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }

    private static byte[] Key(PortalSecrets secrets) => secrets.Derive("data-protection-keys");
}

/// <summary>The counterpart of <see cref="SecretEncryptor"/>, which the framework makes by the name it finds beside each key.</summary>
/// <param name="services">Has the secret.</param>
public sealed class SecretDecryptor(IServiceProvider services) : IXmlDecryptor
{
    /// <inheritdoc />
    public XElement Decrypt(XElement encryptedElement) =>
        SecretEncryptor.Decrypt(encryptedElement, services.GetRequiredService<PortalSecrets>());
}
