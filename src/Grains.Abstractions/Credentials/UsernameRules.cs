using System.Text;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>Usernames: what tells the members of a family with one mailbox apart. ASCII, so that no two look alike on a screen.</summary>
internal static class UsernameRules
{
    /// <summary>Fewest characters (ours).</summary>
    public const int Shortest = 3;

    /// <summary>Most characters (ours).</summary>
    public const int Longest = 64;

    public static CredentialParse Parse(string text)
    {
        var name = text.Normalize(NormalizationForm.FormKC).Trim().ToLowerInvariant();
        return Problem(name) is { } why
            ? new CredentialParse.Refused { Why = why }
            : new CredentialParse.Accepted { Credential = new() { Kind = CredentialKind.Username, Value = name } };
    }

    private static CredentialRefusal? Problem(string name)
    {
        switch (Credential.Classify(name))
        {
            case CredentialKind.Email:
                return new CredentialRefusal.LooksLikeEmail();
            case CredentialKind.Mobile:
                return new CredentialRefusal.LooksLikeMobile();
        }
        foreach (var rune in name.EnumerateRunes())
        {
            var c = rune.Value;
            if (!rune.IsAscii || (!char.IsAsciiLetterOrDigit((char)c) && (char)c is not ('.' or '_' or '-')))
            {
                return new CredentialRefusal.ForbiddenCharacter { CodePoint = c };
            }
        }
        return name.Length switch
        {
            < Shortest => new CredentialRefusal.TooShort { Least = Shortest },
            > Longest => new CredentialRefusal.TooLong { Most = Longest },
            _ => char.IsAsciiLetterLower(name[0]) ? null : new CredentialRefusal.MustStartWithLetter(),
        };
    }
}
