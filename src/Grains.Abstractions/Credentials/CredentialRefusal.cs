using Orleans;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// Why a text is no email, mobile number or username. Says what is wrong in figures and code points and never repeats the
/// text; the words are the web's.
/// </summary>
[GenerateSerializer, Immutable, Alias("portal.credentials.refusal")]
public abstract record CredentialRefusal
{
    private CredentialRefusal()
    {
    }

    /// <summary>Nothing but white space.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.missing")]
    public sealed record Missing : CredentialRefusal;

    /// <summary>Longer than <see cref="Most"/> characters.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.too-long")]
    public sealed record TooLong : CredentialRefusal
    {
        /// <summary>Most characters accepted.</summary>
        [Id(0)]
        public int Most { get; init; }
    }

    /// <summary>Shorter than <see cref="Least"/> characters.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.too-short")]
    public sealed record TooShort : CredentialRefusal
    {
        /// <summary>Fewest characters accepted.</summary>
        [Id(0)]
        public int Least { get; init; }
    }

    /// <summary>A character that cannot be seen, is not assigned, or is not allowed in this kind of credential.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.forbidden-character")]
    public sealed record ForbiddenCharacter : CredentialRefusal
    {
        /// <summary>Its code point, such as 0x200B for the zero-width space.</summary>
        [Id(0)]
        public int CodePoint { get; init; }
    }

    /// <summary>An email without <c>@</c>.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.no-at-sign")]
    public sealed record NoAtSign : CredentialRefusal;

    /// <summary>An email with more than one <c>@</c>, perhaps two addresses.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.several-at-signs")]
    public sealed record SeveralAtSigns : CredentialRefusal;

    /// <summary>What stands before the <c>@</c> is empty, longer than 64 characters, or has a dot at an end or two in a row.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.mailbox-invalid")]
    public sealed record MailboxInvalid : CredentialRefusal;

    /// <summary>What stands after the <c>@</c> is no domain name of at least two labels.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.domain-invalid")]
    public sealed record DomainInvalid : CredentialRefusal;

    /// <summary>A domain that mixes alphabets in one label, or is made only of letters that look like Latin ones.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.domain-misleading")]
    public sealed record DomainMisleading : CredentialRefusal;

    /// <summary>Not a telephone number: letters, a plus in the middle, no digits.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.not-a-number")]
    public sealed record NotANumber : CredentialRefusal;

    /// <summary>A number with an extension, to which no text message can be sent.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.extension-given")]
    public sealed record ExtensionGiven : CredentialRefusal;

    /// <summary>A national number, and neither it nor the organisation says of which country.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.country-unknown")]
    public sealed record CountryUnknown : CredentialRefusal;

    /// <summary>A country code that no country has, or one of satellite, toll-free and premium services.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.country-code-invalid")]
    public sealed record CountryCodeInvalid : CredentialRefusal;

    /// <summary>Too many or too few digits for a mobile number of that country, or a first digit none of them has.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.not-a-mobile-of-country")]
    public sealed record NotAMobileOfCountry : CredentialRefusal
    {
        /// <summary>ISO 3166 code of the country, or empty when it is not in our table.</summary>
        [Id(0)]
        public string Country { get; init; } = "";

        /// <summary>Fewest digits after the country code (all digits when the country is not in our table).</summary>
        [Id(1)]
        public int Least { get; init; }

        /// <summary>Most digits, counted likewise.</summary>
        [Id(2)]
        public int Most { get; init; }

        /// <summary>Digits found, counted likewise.</summary>
        [Id(3)]
        public int Given { get; init; }
    }

    /// <summary>A username that does not begin with a letter a-z.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.must-start-with-letter")]
    public sealed record MustStartWithLetter : CredentialRefusal;

    /// <summary>A username that could be taken for an email.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.looks-like-email")]
    public sealed record LooksLikeEmail : CredentialRefusal;

    /// <summary>A username that could be taken for a telephone number.</summary>
    [GenerateSerializer, Immutable, Alias("portal.credentials.refusal.looks-like-mobile")]
    public sealed record LooksLikeMobile : CredentialRefusal;
}
