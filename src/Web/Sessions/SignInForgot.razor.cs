using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>The way back in without the password. Says the same whether or not anyone has the address.</summary>
public sealed partial class SignInForgot
{
    [Inject] private KeyedHash Hashes { get; set; } = null!;

    [SupplyParameterFromForm(Name = "email", FormName = "forgot")] private string? Email { get; set; }

    [SupplyParameterFromForm(Name = "postalCode", FormName = "forgot")] private string? PostalCode { get; set; }

    private bool Sent { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null || !Organisation.Settings.Password) Go(At("sign-in"));
    }

    private async Task RequestAsync()
    {
        if (Gone) return;
        var address = Credential.Parse(CredentialKind.Email, Email, null).Value;
        if (address is null) Errors.Add("email", "Enter an email address, such as name@example.org");
        if (string.IsNullOrWhiteSpace(PostalCode)) Errors.Add("postalCode", "Enter the postal code of your home");
        if (address is null || Errors.Any) return;
        var due = AnswerTime.OfRequest();
        var subject = CredentialHash.Subject(Hashes, Org, address.Kind, address.Value);
        var outcome = await Grains.GetGrain<IPasswordRecoveryGrain>(GrainKeys.ForPasswordRecovery(Org, subject)).Request(
            new RequestRecovery { PostalCode = PostalCode! });
        await due;
        if (outcome is RecoveryOutcome.TooMany tooMany)
        {
            Errors.Add("email",
                $"A link was asked for already. You can ask for another one {Wording.When(tooMany.Until, Time.GetUtcNow(), Organisation)}");
            return;
        }

        Sent = true;
    }
}
