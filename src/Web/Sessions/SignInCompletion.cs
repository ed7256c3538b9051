using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>What a browser is given once a code, invitation or link has signed somebody in.</summary>
/// <param name="challenges">Forgets what was being proved, and remembers the device.</param>
public sealed class SignInCompletion(Challenges challenges)
{
    /// <summary>
    /// Signed in: sets the session's cookie, drops everything of before, and answers null. Refused for a reason that has a page of its own:
    /// null too. Otherwise the refusal, to be
    /// shown beside the code.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="token">The token of the session that began.</param>
    /// <param name="landing">The page to land on, where an authenticator code is still to come before that.</param>
    public SignInOutcome? Complete(HttpContext context, string organisation, SignInOutcome outcome, string token, string? landing = null)
    {
        switch (outcome)
        {
            case SignInOutcome.SecondFactorNeeded needed:
                PortalCookies.Set(context, PortalCookies.SecondFactor(context, organisation), token, needed.Until);
                challenges.Write(context, organisation, new Challenge
                {
                    Subject = needed.Credential,
                    TokenHash = Tokens.Hash(token),
                    ReturnTo = landing,
                });
                return null;
            case SignInOutcome.SignedIn signedIn:
                PortalCookies.Set(context, PortalCookies.Patient(context, organisation), token, signedIn.ExpiresAt);
                Challenges.Forget(context, organisation);
                challenges.Remember(context, organisation, signedIn.Credential);
                return null;
            case SignInOutcome.NoAccess or SignInOutcome.PortalDisabled or SignInOutcome.TokenEnded or SignInOutcome.AddressTaken:
                Challenges.Forget(context, organisation);
                return null;
            default:
                return outcome;
        }
    }

    /// <summary>Where to go after <see cref="Complete"/> has answered null.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="signedIn">The page to land on when signed in.</param>
    public static string AddressAfter(SignInOutcome outcome, string organisation, string signedIn) => outcome switch
    {
        SignInOutcome.SignedIn => signedIn,
        SignInOutcome.SecondFactorNeeded => $"/{organisation}/sign-in/authenticator",
        SignInOutcome.PortalDisabled => $"/{organisation}/not-enabled",
        SignInOutcome.TokenEnded => $"/{organisation}/refused?why=ended",
        SignInOutcome.AddressTaken => $"/{organisation}/refused?why=address",
        _ => $"/{organisation}/refused?why=access",
    };
}
