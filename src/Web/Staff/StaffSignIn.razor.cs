using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Staff;

/// <summary>The first step of a staff sign-in: address and password.</summary>
public sealed partial class StaffSignIn
{
    [Inject] private Challenges Challenges { get; set; } = null!;

    [SupplyParameterFromForm(Name = "email", FormName = "staff")] private string? Email { get; set; }

    [SupplyParameterFromForm(Name = "password", FormName = "staff")] private string? Password { get; set; }

    [SupplyParameterFromQuery(Name = "returnTo")] private string? ReturnTo { get; set; }

    [SupplyParameterFromQuery(Name = "ended")] private string? Ended { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Session.Alive is not null) Go(ReturnPath.Safe(ReturnTo, Org, At("staff/patients")));
    }

    private async Task BeginAsync()
    {
        if (string.IsNullOrWhiteSpace(Email)) Errors.Add("email", "Enter your work email");
        if (string.IsNullOrEmpty(Password)) Errors.Add("password", "Enter your password");
        if (Errors.Any) return;
        var token = Tokens.New();
        var outcome = await Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(Org, Tokens.Hash(token))).BeginStaff(new BeginStaffSignIn
        {
            Email = Email!.Trim(),
            Password = Password!,
            Device = Challenges.Device(Http, Org, "", StaffDevice.Mark(Email)),
        });
        switch (outcome)
        {
            case StaffBeginOutcome.SecondStep:
                PortalCookies.Set(Http, PortalCookies.StaffSecondStep(Http, Org), token, Time.GetUtcNow() + SessionLimits.SecondStep);
                // The next page remembers the device, and so has to know whose it is.
                var challenge = new Challenge
                {
                    Subject = StaffDevice.Mark(Email),
                    ReturnTo = ReturnPath.Safe(ReturnTo, Org, ""),
                    TokenHash = Tokens.Hash(token),
                };
                Challenges.Write(Http, Org, challenge, ChallengeOf.Staff);
                Go(At("staff/sign-in/code"));
                break;
            case StaffBeginOutcome.TooMany:
                Errors.Add("password", "There were too many tries. Try again in an hour, or ask an administrator");
                break;
            default:
                Errors.Add("password", "The email or the password is wrong");
                break;
        }
    }
}
