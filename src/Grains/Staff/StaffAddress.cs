using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Staff;

/// <summary>
/// The sign-in address of a staff member as it is compared and hashed. Patients' credentials are hashed otherwise: the two never meet.
/// </summary>
public static class StaffAddress
{
    /// <summary>The canonical form; null where the text is no email address.</summary>
    public static string? Canonical(string email) => Credential.Parse(CredentialKind.Email, email, null).Value?.Value;

    /// <summary>
    /// The keyed hash under which the organisation's roster has it. Text that is no address has a hash too, which is on no roster.
    /// </summary>
    public static string Hash(KeyedHash hashes, string organisation, string email) =>
        hashes.Hex(KeyedHash.Credential, organisation, Kind, Canonical(email) ?? "");

    /// <summary><c>staff.{hash}</c>: what a browser's device cookie remembers of a staff member.</summary>
    public static string Subject(KeyedHash hashes, string organisation, string email) => $"{Kind}.{Hash(hashes, organisation, email)}";

    private const string Kind = "staff";
}
