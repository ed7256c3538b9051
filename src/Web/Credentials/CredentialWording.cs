using Portal.Grains.Abstractions.Credentials;

namespace Portal.Web.Credentials;

/// <summary>What to say of a credential that can't be one.</summary>
public static class CredentialWording
{
    /// <summary>At the sign-in page, where the kind is guessed from what was typed.</summary>
    public static string AtSignIn(string? typed) => string.IsNullOrWhiteSpace(typed)
        ? "Enter your email address, mobile number or username"
        : Credential.Classify(typed) switch
        {
            CredentialKind.Email => "Enter an email address like name@example.org",
            CredentialKind.Mobile => "Enter a mobile number like 07700 900123 or +44 7700 900123",
            _ => "Enter an email address, a mobile number or a username. A username has 3 to 64 letters, digits, dots or hyphens",
        };

    /// <summary>Where staff set a credential of a known kind.</summary>
    public static string ForStaff(CredentialKind kind) => kind switch
    {
        CredentialKind.Email => "Enter an email address like name@example.org",
        CredentialKind.Mobile => "Enter a mobile number like 07700 900123 or +44 7700 900123",
        _ => "Enter a username of 3 to 64 letters, digits, dots, hyphens or underscores that begins with a letter",
    };

    /// <summary>The name of a kind, at the beginning of a sentence.</summary>
    public static string Name(CredentialKind kind) => kind switch
    {
        CredentialKind.Email => "Email",
        CredentialKind.Mobile => "Mobile",
        _ => "Username",
    };
}
