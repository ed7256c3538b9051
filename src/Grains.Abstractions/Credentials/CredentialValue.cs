using Orleans;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// A credential in its canonical form: two spellings of the same mailbox, number or name are equal here, and only this form is
/// hashed into a key, stored, compared or sent to. Made by <see cref="Credential.Parse(CredentialKind, string?, string?)"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("portal.credentials.value")]
public sealed record CredentialValue
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public CredentialKind Kind { get; init; }

    /// <summary>Lower-case email with a punycode domain, E.164 number with its plus, or lower-case username.</summary>
    [Id(1)]
    public string Value { get; init; } = "";

    /// <summary>The masked form, so that a value that strays into a log or a test's output names nobody.</summary>
    public override string ToString() => Credential.Mask(this);
}

/// <summary>What became of a text given as a credential.</summary>
[GenerateSerializer, Immutable, Alias("portal.credentials.parse")]
public abstract record CredentialParse
{
    private CredentialParse()
    {
    }

    /// <summary>The text is a credential.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.parse.accepted")]
    public sealed record Accepted : CredentialParse
    {
        /// <summary>Its canonical form.</summary>
        [Id(0)]
        public CredentialValue Credential { get; init; } = new();
    }

    /// <summary>The text is none.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.parse.refused")]
    public sealed record Refused : CredentialParse
    {
        /// <summary>What is wrong with it.</summary>
        [Id(0)]
        public CredentialRefusal Why { get; init; } = new CredentialRefusal.Missing();
    }

    /// <summary>The canonical form, or null when refused.</summary>
    public CredentialValue? Value => (this as Accepted)?.Credential;
}
