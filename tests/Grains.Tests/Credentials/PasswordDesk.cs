using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

/// <summary>A portal where patients may use passwords.</summary>
internal static partial class PasswordDesk
{
    public const string Good = "seven quiet lanterns hum";
    public const string Better = "copper otter under marble";

    public static async Task<SignInDesk> OpenAsync(bool deterministic = true)
    {
        var desk = await SignInDesk.OpenAsync(deterministic);
        await desk.ChangeAsync(s => s with { Password = true });
        return desk;
    }

    public static Task ChangeAsync(this SignInDesk desk, Func<PortalSettings, PortalSettings> change) => desk.Portal.AsAsync(Cast.Erin(),
        async () =>
        {
            var organisation = desk.Portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
            Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(change(await organisation.GetSettings())));
        });

    public static IPasswordGrain Password(this SignInDesk desk, string? patient = null) =>
        desk.Portal.Grains.GetGrain<IPasswordGrain>(GrainKeys.ForPassword(PortalFixture.Riverside, patient ?? desk.Alice));

    public static Task<PasswordView> PasswordViewAsync(this SignInDesk desk) =>
        desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().View());

    public static Task<SignInOutcome> EnterPasswordAsync(
        this SignInDesk desk, string token, string password, string? subject = null, bool known = false, string address = "192.0.2.1") =>
        desk.AsVisitorAsync(() => desk.Session(token).SignInWithPassword(new SignInWithPassword
        {
            Subject = subject ?? desk.AliceSubject,
            Password = password,
            Device = SignInDesk.Browser("phone", known),
        }), address);

    public static Task<ChangePasswordOutcome> ChangePasswordAsync(
        this SignInDesk desk, string token, string password, string current = "", string operation = "change-1") =>
        desk.AsVisitorAsync(() => desk.Session(token).ChangePassword(
            new ChangePassword { Password = password, Current = current, Operation = operation }));

    /// <summary>Signs Alice in with a code and has her choose <see cref="Good"/>; her session's token.</summary>
    public static async Task<string> ChooseAsync(this SignInDesk desk)
    {
        var token = await desk.SignInAsync();
        Assert.IsType<ChangePasswordOutcome.Changed>(await desk.ChangePasswordAsync(token, Good));
        return token;
    }

    /// <summary>Has the front desk make a temporary password.</summary>
    public static async Task<TemporaryPasswordOutcome.Made> MakeTemporaryAsync(this SignInDesk desk, string operation = "temporary-1") =>
        Assert.IsType<TemporaryPasswordOutcome.Made>(
            await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().MakeTemporary(operation)));

    public static Task<RecoveryOutcome> RequestRecoveryAsync(this SignInDesk desk, string postalCode, string? subject = null)
    {
        var key = GrainKeys.ForPasswordRecovery(PortalFixture.Riverside, subject ?? desk.AliceSubject);
        return desk.AsVisitorAsync(() => desk.Portal.Grains.GetGrain<IPasswordRecoveryGrain>(key).Request(
            new RequestRecovery { PostalCode = postalCode }));
    }

    public static IPasswordResetGrain Reset(this SignInDesk desk, string token) =>
        desk.Portal.Grains.GetGrain<IPasswordResetGrain>(GrainKeys.ForPasswordReset(PortalFixture.Riverside, Tokens.Hash(token)));

    // Typed as people do: small letters, no space.
    public static async Task<string> PostalCodeAsync(this SignInDesk desk)
    {
        var view = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Get());
        return view!.Contact.PostalCode.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
    }

    public static async Task<string> RecoveryLinkAsync(this SignInDesk desk)
    {
        await desk.Portal.SettleAsync();
        return Link().Match((await desk.Portal.MailAsync(SignInDesk.AliceEmail))[0].Text).Groups[1].Value;
    }

    [GeneratedRegex("/reset/([A-Za-z0-9_-]+)")]
    private static partial Regex Link();
}
