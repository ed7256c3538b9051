using Orleans;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>What a person signs in with. The names are part of grain keys and stored state: never rename one.</summary>
[GenerateSerializer, Alias("portal.CredentialKind")]
public enum CredentialKind
{
    /// <summary>The authentication email, never the contact email.</summary>
    Email = 0,

    /// <summary>The authentication mobile number.</summary>
    Mobile = 1,

    /// <summary>A name chosen by the patient or given by staff; codes for it go to the patient's mailbox or phone.</summary>
    Username = 2,
}
