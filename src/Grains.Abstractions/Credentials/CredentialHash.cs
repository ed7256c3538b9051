using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// The keyed hash that stands for a credential in grain keys, tables and messages between grains. One function for all of them: the page
/// that was typed into, the grain that says who holds it and the patient who has it bound must come to the same hash.
/// </summary>
public static class CredentialHash
{
    /// <summary>
    /// The hash in lower hex. It differs between organisations and kinds, so that nobody who sees keys can tell that two clinics know the
    /// same person.
    /// </summary>
    /// <param name="hashes">The installation's keys.</param>
    /// <param name="organisation">The organisation's name.</param>
    /// <param name="kind">Kind.</param>
    /// <param name="canonical">The canonical value; what was typed gives another hash, which nobody holds.</param>
    public static string Of(KeyedHash hashes, string organisation, CredentialKind kind, string canonical) =>
        hashes.Hex(KeyedHash.Credential, organisation, GrainKeys.Segment(kind), canonical);

    /// <summary><c>{kind}.{hash}</c>, the second segment of the key of the credential's one-time codes.</summary>
    public static string Subject(KeyedHash hashes, string organisation, CredentialKind kind, string canonical) =>
        GrainKeys.Subject(kind, Of(hashes, organisation, kind, canonical));
}
