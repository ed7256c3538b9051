using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Credentials;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>Signing in with a credential and its password, where the organisation has that on.</summary>
public sealed partial class SignInPassword
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [Inject] private SignInCompletion Completion { get; set; } = null!;

    [Inject] private KeyedHash Hashes { get; set; } = null!;

    [SupplyParameterFromForm(Name = "username", FormName = "password")] private string? Username { get; set; }

    [SupplyParameterFromForm(Name = "password", FormName = "password")] private string? Password { get; set; }

    [SupplyParameterFromQuery(Name = "returnTo")] private string? ReturnTo { get; set; }

    [SupplyParameterFromQuery(Name = "changed")] private string? Changed { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(ReturnPath.Safe(ReturnTo, Org, At("")));
        else if (!Organisation.Settings.Password) Go(At("sign-in"));
    }

    private async Task SignInAsync()
    {
        if (Gone) return;
        var parsed = Credential.Parse(Username, Organisation.Country).Value;
        if (parsed is null) Errors.Add("username", CredentialWording.AtSignIn(Username));
        if (string.IsNullOrEmpty(Password)) Errors.Add("password", "Enter your password");
        if (parsed is null || Errors.Any) return;
        var (subject, token) = (CredentialHash.Subject(Hashes, Org, parsed.Kind, parsed.Value), Tokens.New());
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(token))).SignInWithPassword(
            new SignInWithPassword
            {
                Subject = subject,
                Password = Password!,
                Device = Challenges.Device(Http, Org, "", subject),
            });
        if (outcome is SignInOutcome.NewPasswordNeeded needed)
        {
            PortalCookies.Set(Http, PortalCookies.SecondStep(Http, Org), token, needed.Until);
            Go(At("sign-in/new-password"));
            return;
        }

        var landing = ReturnPath.Safe(ReturnTo, Org, At(""));
        if (Completion.Complete(Http, Org, outcome, token, landing) is { } refused) Errors.Add("password", Refusal(refused));
        else Go(SignInCompletion.AddressAfter(outcome, Org, landing));
    }

    private string Refusal(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.TooMany tooMany =>
            $"There were too many tries. Try again {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}, or sign in with a code",
        SignInOutcome.PasswordExpired =>
            $"That temporary password is older than 3 days. Ask {Organisation.Name} for another one, or choose “Forgot your password?”",
        _ => "The username or the password is wrong",
    };
}
