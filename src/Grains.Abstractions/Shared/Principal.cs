using Orleans;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>What kind of caller a <see cref="Principal"/> is.</summary>
[GenerateSerializer, Alias("portal.PrincipalKind")]
public enum PrincipalKind
{
    /// <summary>Somebody at the organisation's address who is not signed in.</summary>
    Visitor,

    /// <summary>A patient with a live session.</summary>
    Patient,

    /// <summary>A staff member with a live session.</summary>
    Staff,

    /// <summary>The host itself.</summary>
    Operator,

    /// <summary>A clinic tablet in the hands of a patient, for forms only.</summary>
    Kiosk = 10,
}

/// <summary>
/// Who is calling: built by the session grain from a validated session (or by the web for a visitor), carried in the request context, read
/// by the door filter and the audit log. Nothing in it ever comes from what a browser sent, but for <see cref="Address"/>, which is the
/// connection's.
/// </summary>
[GenerateSerializer, Alias("portal.Principal"), Immutable]
public sealed record Principal
{
    /// <summary>The kind of caller.</summary>
    [Id(0)] public PrincipalKind Kind { get; init; }

    /// <summary>The organisation the caller is in; the caller reaches grains of no other.</summary>
    [Id(1)] public string Organisation { get; init; } = "";

    /// <summary>The patient's or staff member's id; empty for visitors; the name of the job for the operator.</summary>
    [Id(2)] public string Subject { get; init; } = "";

    /// <summary>The staff member's role, and null for everybody else.</summary>
    [Id(3)] public StaffRole? Role { get; init; }

    /// <summary>The session's token hash, which is its grain's key; null without a session.</summary>
    [Id(4)] public string? SessionHash { get; init; }

    /// <summary>Until when the session may read clinical records; null where it may not.</summary>
    [Id(5)] public DateTimeOffset? ElevatedUntil { get; init; }

    /// <summary>The network address of the client, for the audit log and the limits by address.</summary>
    [Id(6)] public string? Address { get; init; }

    /// <summary>The patient whom a signed-in person acts for at this moment; null: themselves.</summary>
    [Id(7)] public string? ActingFor { get; init; }

    /// <summary>What they may do for that patient.</summary>
    [Id(8)] public CaregiverScopes Scopes { get; init; }

    /// <summary>Whether the person is no patient here, and is on file only to act for others.</summary>
    [Id(9)] public bool CaregiverOnly { get; init; }

    /// <summary>Somebody who is not signed in, at one organisation.</summary>
    public static Principal Visitor(string organisation, string? address) =>
        new() { Kind = PrincipalKind.Visitor, Organisation = organisation, Address = address };

    /// <summary>The host itself, doing <paramref name="job"/> in one organisation.</summary>
    public static Principal Operator(string organisation, string job) =>
        new() { Kind = PrincipalKind.Operator, Organisation = organisation, Subject = job };
}

/// <summary>What a staff member may do. Written <c>admin</c>, <c>admin_assistant</c>, <c>practitioner</c>, <c>front_desk</c> outside the
/// code.</summary>
[GenerateSerializer, Alias("portal.StaffRole")]
public enum StaffRole
{
    /// <summary>Signs patients in, sets credentials, sends invitations.</summary>
    FrontDesk,

    /// <summary>Treats patients; reads and shares clinical records.</summary>
    Practitioner,

    /// <summary>As the front desk, and reads the audit log.</summary>
    AdminAssistant,

    /// <summary>Everything, the organisation's settings included.</summary>
    Admin,
}
