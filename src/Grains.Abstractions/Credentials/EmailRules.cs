using System.Globalization;
using System.Text;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// Emails as credentials. One mailbox has one canonical form: white space around it goes, compatibility forms are folded (NFKC),
/// letters are lower-case, an international domain is punycode. Plus-tags and dots are kept, since only the mailbox's own
/// provider knows whether they mean anything. The part before the @ is ASCII: a letter that merely looks like one is refused.
/// </summary>
internal static class EmailRules
{
    /// <summary>Most characters of a whole address (RFC 5321 4.5.3.1.3 as corrected by RFC 3696 erratum 1690).</summary>
    public const int Longest = 254;

    /// <summary>Most characters before the @ (RFC 5321 4.5.3.1.1).</summary>
    public const int LongestMailbox = 64;

    /// <summary>Most characters of a domain, without the final dot (RFC 1035 2.3.4).</summary>
    public const int LongestDomain = 253;

    /// <summary>Most characters of one label of a domain (RFC 1035 2.3.4).</summary>
    public const int LongestLabel = 63;

    // RFC 5322 atext without ! % | ` : source routes and shell characters, which old mail programs act on and no patient has.
    private const string MailboxSymbols = "#$&'*+-/=?^_{}~.";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    public static CredentialParse Parse(string text)
    {
        var email = text.Normalize(NormalizationForm.FormKC).Trim().ToLowerInvariant();
        if (email.Length > Longest)
        {
            return Refuse(new CredentialRefusal.TooLong { Most = Longest });
        }
        var at = email.IndexOf('@');
        if (at < 0)
        {
            return Refuse(new CredentialRefusal.NoAtSign());
        }
        if (email.LastIndexOf('@') != at)
        {
            return Refuse(new CredentialRefusal.SeveralAtSigns());
        }
        var mailbox = email[..at];
        if (MailboxProblem(mailbox) is { } wrong)
        {
            return Refuse(wrong);
        }
        if (DomainProblem(email[(at + 1)..], out var domain) is { } problem)
        {
            return Refuse(problem);
        }
        return mailbox.Length + 1 + domain.Length > Longest
            ? Refuse(new CredentialRefusal.TooLong { Most = Longest })
            : new CredentialParse.Accepted { Credential = new() { Kind = CredentialKind.Email, Value = mailbox + "@" + domain } };
    }

    private static CredentialRefusal? MailboxProblem(string mailbox)
    {
        foreach (var rune in mailbox.EnumerateRunes())
        {
            var c = rune.Value;
            if (!rune.IsAscii || (!char.IsAsciiLetterOrDigit((char)c) && !MailboxSymbols.Contains((char)c)))
            {
                return new CredentialRefusal.ForbiddenCharacter { CodePoint = c };
            }
        }
        return mailbox.Length is 0 or > LongestMailbox
            || mailbox[0] == '.' || mailbox[^1] == '.' || mailbox.Contains("..", StringComparison.Ordinal)
            ? new CredentialRefusal.MailboxInvalid()
            : null;
    }

    private static CredentialRefusal? DomainProblem(string typed, out string domain)
    {
        domain = typed.Replace('\u3002', '.'); // the ideographic full stop separates labels too (RFC 3490 3.1)
        if (!Ascii.IsValid(domain))
        {
            try
            {
                domain = Idn.GetAscii(domain).ToLowerInvariant();
            }
            catch (ArgumentException)
            {
                return new CredentialRefusal.DomainInvalid();
            }
        }
        var labels = domain.Split('.');
        if (domain.Length > LongestDomain || labels.Length < 2 || !labels.All(IsLabel) || labels[^1].All(char.IsAsciiDigit))
        {
            return new CredentialRefusal.DomainInvalid();
        }
        foreach (var label in labels)
        {
            if (InternationalProblem(label) is { } problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    // Labels with hyphens in the third and fourth place are reserved; of those only xn-- means anything, and it must mean exactly one name.
    private static CredentialRefusal? InternationalProblem(string label)
    {
        if (label.Length < 4 || label[2] != '-' || label[3] != '-')
        {
            return null;
        }
        try
        {
            var unicode = Idn.GetUnicode(label);
            if (!label.StartsWith("xn--", StringComparison.Ordinal) || Ascii.IsValid(unicode) || Idn.GetAscii(unicode) != label)
            {
                return new CredentialRefusal.DomainInvalid();
            }
            return UnicodeScreen.IsMisleading(unicode) ? new CredentialRefusal.DomainMisleading() : null;
        }
        catch (ArgumentException)
        {
            return new CredentialRefusal.DomainInvalid();
        }
    }

    private static CredentialParse Refuse(CredentialRefusal why) => new CredentialParse.Refused { Why = why };
}
