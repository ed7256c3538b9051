using Orleans;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>What a patient's password is judged by, and who is told of it.</summary>
[GenerateSerializer, Alias("portal.PasswordFacts"), Immutable]
public sealed record PasswordFacts
{
    /// <summary>Whether there is a credential that a password could belong to.</summary>
    [Id(0)] public bool HasCredential { get; init; }

    /// <summary>Given name, to greet with.</summary>
    [Id(1)] public string GivenName { get; init; } = "";

    /// <summary>Texts that a password must not be made of: names, addresses, credentials.</summary>
    [Id(2)] public IReadOnlyList<string> OwnTexts { get; init; } = [];

    /// <summary>Date of birth, of which it must not be made either.</summary>
    [Id(3)] public DateOnly BirthDate { get; init; }

    /// <summary>The sign-in email, else the contact email, to which notices go; empty: none.</summary>
    [Id(4)] public string Email { get; init; } = "";

    /// <summary>The sign-in mobile, to which they go where there is no email; empty: none.</summary>
    [Id(5)] public string Mobile { get; init; } = "";

    /// <summary>Whether an authenticator app is asked for at each sign-in: then a shorter password may be chosen.</summary>
    [Id(40)] public bool SecondFactor { get; init; }

    /// <summary>Whether the patient gets in already: has signed in, or has proved a credential.</summary>
    [Id(41)] public bool InUse { get; init; }

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(PasswordFacts);
}
