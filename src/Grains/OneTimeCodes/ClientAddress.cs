using System.Net;
using System.Net.Sockets;

namespace Portal.Grains.OneTimeCodes;

/// <summary>What one client address has done of late. In memory only: a restart forgives.</summary>
public sealed record ClientAddressCounts
{
    /// <summary>When it tried codes and passwords, the newest last.</summary>
    public DateTimeOffset[] Verifications { get; init; } = [];

    /// <summary>When it asked for codes, the newest last.</summary>
    public DateTimeOffset[] Requests { get; init; } = [];

    /// <summary>When it registered somebody, the newest last.</summary>
    public DateTimeOffset[] Registrations { get; init; } = [];

    /// <summary>When a refusal was last written to the audit log, which hears of it once for each window.</summary>
    public DateTimeOffset? ReportedAt { get; init; }
}

/// <summary>Whether an address may go on.</summary>
/// <param name="Allowed">Whether it may; then it is counted.</param>
/// <param name="Report">Whether the refusal belongs into the audit log.</param>
public sealed record ClientAddressAnswer(bool Allowed, bool Report);

/// <summary>
/// The rules of limits by client address. Never the only limit: attackers have many addresses, and a clinic's waiting room has one.
/// </summary>
public static class ClientAddress
{
    /// <summary>Codes and passwords that one address may try in <see cref="Window"/>. Source: security rules, "By address".</summary>
    public const int Verifications = 10;

    /// <summary>
    /// Codes that one address may ask for in <see cref="Window"/>. Ours: twice the verifications, for those who mistype their address.
    /// </summary>
    public const int Requests = 20;

    /// <summary>
    /// Registrations that one address may send in <see cref="RegistrationWindow"/>. Ours: a waiting room where everybody registers sends
    /// fewer, and each sends an email to an address that nobody has proved.
    /// </summary>
    public const int Registrations = 20;

    /// <summary>In which registrations are counted. Ours.</summary>
    public static readonly TimeSpan RegistrationWindow = TimeSpan.FromHours(1);

    /// <summary>In which they are counted. Source: security rules, "By address".</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // One customer of an access provider has at least this much of an IPv6 address to choose from (RFC 6177).
    private const int NetworkBytes = 8;

    /// <summary>Counts a try at a code or password.</summary>
    public static (ClientAddressAnswer Answer, ClientAddressCounts Counts) Verify(ClientAddressCounts counts, DateTimeOffset now)
    {
        if (Stamps.Within(counts.Verifications, Window, now) >= Verifications) return Refuse(counts, now);
        return (new(true, false), counts with { Verifications = Stamps.Add(counts.Verifications, now, Verifications) });
    }

    /// <summary>Counts a request for a code.</summary>
    public static (ClientAddressAnswer Answer, ClientAddressCounts Counts) Request(ClientAddressCounts counts, DateTimeOffset now)
    {
        if (Stamps.Within(counts.Requests, Window, now) >= Requests) return Refuse(counts, now);
        return (new(true, false), counts with { Requests = Stamps.Add(counts.Requests, now, Requests) });
    }

    /// <summary>Counts a registration.</summary>
    public static (ClientAddressAnswer Answer, ClientAddressCounts Counts) Register(ClientAddressCounts counts, DateTimeOffset now)
    {
        if (Stamps.Within(counts.Registrations, RegistrationWindow, now) >= Registrations) return Refuse(counts, now);
        return (new(true, false), counts with { Registrations = Stamps.Add(counts.Registrations, now, Registrations) });
    }

    /// <summary>
    /// What is counted together: an IPv4 address, or the network of an IPv6 address (its first 64 bits). Other text stands for itself.
    /// </summary>
    public static string Bucket(string address)
    {
        if (!IPAddress.TryParse(address, out var ip)) return address;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        return ip.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(ip.GetAddressBytes().AsSpan(0, NetworkBytes))
            : ip.ToString();
    }

    private static (ClientAddressAnswer Answer, ClientAddressCounts Counts) Refuse(ClientAddressCounts counts, DateTimeOffset now)
    {
        var report = counts.ReportedAt is not { } reported || reported + Window <= now;
        return (new(false, report), report ? counts with { ReportedAt = now } : counts);
    }
}
