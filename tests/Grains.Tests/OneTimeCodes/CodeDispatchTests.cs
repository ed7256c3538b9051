using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

public sealed class CodeDispatchTests
{
    private static readonly CodeDestination Email = new() { Patient = "p-alice", Address = "a@x.org", Standing = StandingKind.Good };
    private static readonly CodeDestination Sms = new()
    {
        Patient = "p-alice",
        Address = "+447700900123",
        Sms = true,
        Standing = StandingKind.Good
    };
    private static readonly PortalSettings On = new();

    public static TheoryData<string, CodePurpose, CodeDestination?, PortalSettings?, MessageChannel, MessageKind,
        string?> Dispatches => new()
    {
        { "known email", CodePurpose.SignIn, Email, On, MessageChannel.Email, MessageKind.SignInCode, null },
        { "known mobile", CodePurpose.Elevation, Sms, On, MessageChannel.Sms, MessageKind.ElevationCode, null },
        { "unknown", CodePurpose.SignIn, null, On, MessageChannel.None, MessageKind.SignInCode, "unknown-credential" },
        { "email is off", CodePurpose.SignIn, Email, On with { EmailCode = false }, MessageChannel.None, MessageKind.SignInCode,
            "method-off" },
        { "mobile is off", CodePurpose.Link, Sms, On with { MobileCode = false }, MessageChannel.None, MessageKind.LinkCode, "method-off" },
        { "only the other is off", CodePurpose.SignIn, Sms, On with { EmailCode = false }, MessageChannel.Sms, MessageKind.SignInCode,
            null },
        { "invited, email is off", CodePurpose.Invitation, Email, On with { EmailCode = false }, MessageChannel.Email,
            MessageKind.InvitationCode, null },
        { "no access", CodePurpose.SignIn, Email with { Standing = StandingKind.NoAccess }, On, MessageChannel.Email,
            MessageKind.AccessNotEnabled, "no-access" },
        { "blocked", CodePurpose.SignIn, Sms with { Standing = StandingKind.Blocked }, On, MessageChannel.Sms, MessageKind.AccessNotEnabled,
            "blocked" },
        { "no access and method off", CodePurpose.SignIn, Email with { Standing = StandingKind.NoAccess }, On with { EmailCode = false },
            MessageChannel.None, MessageKind.SignInCode, "method-off" },
        { "portal off", CodePurpose.SignIn, Email, On with { PortalEnabled = false }, MessageChannel.None, MessageKind.SignInCode,
            "portal-disabled" },
        { "no organisation", CodePurpose.SignIn, Email, null, MessageChannel.None, MessageKind.SignInCode, "portal-disabled" },
    };

    [Theory]
    [MemberData(nameof(Dispatches))]
    public void A_code_goes_only_to_whoever_may_come_in_by_that_method(
        string because, CodePurpose purpose, CodeDestination? destination, PortalSettings? settings, MessageChannel channel,
            MessageKind kind, string? reason)
    {
        var organisation = settings is null ? null : new OrganisationView { Settings = settings };
        Assert.True(new CodeDispatch(channel, kind, reason) == CodeDispatch.Decide(purpose, destination is not null, destination,
            organisation), because);
    }
}
