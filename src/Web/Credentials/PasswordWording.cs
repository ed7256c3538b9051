using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Credentials;

/// <summary>What pages say about passwords.</summary>
public static class PasswordWording
{
    /// <summary>How to choose a good one.</summary>
    public const string Hint = "At least 15 characters. Three or four words that don't belong together are easy to remember";

    /// <summary>The same for those who use an authenticator app.</summary>
    public const string ShortHint = "At least 8 characters, as your authenticator app is asked for besides. More are better";

    /// <summary>Why a password can't be chosen, and what to do.</summary>
    public static string Refusal(PasswordRefusal refusal) => refusal switch
    {
        PasswordRefusal.TooShort tooShort => $"Use at least {tooShort.Least} characters",
        PasswordRefusal.TooLong tooLong => $"Use at most {tooLong.Most} characters",
        PasswordRefusal.Repetitive => "This repeats the same few characters. Choose something less regular",
        PasswordRefusal.Common => "This is among the first passwords that others would try. Choose other words",
        PasswordRefusal.OwnData => "This is made of your own name, address or birth date, which others can find out. Choose other words",
        PasswordRefusal.Same => "This is the temporary password. Choose another one",
        _ => "This can't be used as a password. Type it again",
    };

    /// <summary>What is wrong with a password and its repetition before anybody is asked; null: nothing.</summary>
    public static (string Field, string Message)? Slip(string? password, string? repeated)
    {
        if (string.IsNullOrEmpty(password)) return ("password", "Enter a new password");
        return password == repeated ? null : ("repeated", "The two passwords are not the same. Type the new one twice");
    }
}
