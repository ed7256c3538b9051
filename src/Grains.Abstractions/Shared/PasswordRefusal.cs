using Orleans;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>Why a password can't be chosen. Never holds any part of it; the words are the web's.</summary>
[GenerateSerializer, Immutable, Alias("portal.PasswordRefusal")]
public abstract record PasswordRefusal
{
    private PasswordRefusal()
    {
    }

    /// <summary>Too few characters.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.TooShort")]
    public sealed record TooShort : PasswordRefusal
    {
        /// <summary>Fewest characters accepted.</summary>
        [Id(0)] public int Least { get; init; }
    }

    /// <summary>Too many characters.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.TooLong")]
    public sealed record TooLong : PasswordRefusal
    {
        /// <summary>Most characters accepted.</summary>
        [Id(0)] public int Most { get; init; }
    }

    /// <summary>No text: half of a character that takes two, as only programs send.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.NotText")]
    public sealed record NotText : PasswordRefusal;

    /// <summary>The same few characters over and over.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.Repetitive")]
    public sealed record Repetitive : PasswordRefusal;

    /// <summary>Made of passwords, phrases, sequences and years that attackers try first.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.Common")]
    public sealed record Common : PasswordRefusal;

    /// <summary>The very one that has to be changed.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.Same")]
    public sealed record Same : PasswordRefusal;

    /// <summary>Made of the person's own name, addresses, birth date or the organisation's name.</summary>
    [GenerateSerializer, Immutable, Alias("portal.PasswordRefusal.OwnData")]
    public sealed record OwnData : PasswordRefusal;
}
