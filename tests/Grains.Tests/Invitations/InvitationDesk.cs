using System.Text.RegularExpressions;
using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Invitations;

/// <summary>What the people of these tests do with invitations.</summary>
public static partial class InvitationDesk
{
    public const string Mailbox = "alice@example.org";
    public static readonly DateOnly Birth = new(1985, 3, 27);
    public static readonly DateOnly WrongBirth = new(1985, 3, 28);
    public static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    // Without an address, so that the limits by address do not count.
    public static readonly Principal Visitor = Principal.Visitor(PortalFixture.Riverside, null);

    public static ClientDevice Browser(string name = "phone") => new() { Description = name, BrowserHash = Tokens.Hash(name) };

    public static IInvitationGrain Invitation(this PortalFixture portal, string token, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(organisation, Tokens.Hash(token)));

    public static Task<InviteOutcome> CreateAsync(this PortalFixture portal, string patient, string token, string address = "")
    {
        var command = new CreateInvitation { Patient = patient, Address = address, Token = token };
        return portal.AsAsync(Cast.Dana(), () => portal.Invitation(token).Create(command));
    }

    /// <summary>Alice is on file and invited.</summary>
    public static async Task<(string Patient, string Token)> InvitedAsync(this PortalFixture portal)
    {
        var (patient, token) = (await portal.RegisterAsync("Alice"), Tokens.New());
        Assert.Equal(InviteOutcome.Invited, await portal.CreateAsync(patient, token));
        return (patient, token);
    }

    /// <summary>Alice is invited, has said when she was born, and has a code.</summary>
    public static async Task<Invited> ConfirmedAsync(this PortalFixture portal)
    {
        var (patient, token) = await portal.InvitedAsync();
        Assert.IsType<ConfirmOutcome.Confirmed>(await portal.ConfirmAsync(token));
        return new Invited(patient, token, await portal.CodeAsync(), Tokens.New());
    }

    public static Task<InvitationPage> PageAsync(this PortalFixture portal, string token) =>
        portal.AsAsync(Visitor, () => portal.Invitation(token).Get());

    public static Task<ConfirmOutcome> ConfirmAsync(
        this PortalFixture portal, string token, DateOnly? birth = null, string browser = "phone") =>
        portal.AsAsync(Visitor, () => portal.Invitation(token).Confirm(birth ?? Birth, Browser(browser)));

    public static Task<ConfirmOutcome> ResendAsync(this PortalFixture portal, string token, string browser = "phone") =>
        portal.AsAsync(Visitor, () => portal.Invitation(token).ResendCode(Browser(browser)));

    /// <summary>The code in the newest message to an address.</summary>
    public static async Task<string> CodeAsync(this PortalFixture portal, string to = Mailbox)
    {
        await portal.SettleAsync();
        return (await portal.MailAsync(to)).Select(mail => CodeLine().Match(mail.Text)).First(match => match.Success).Groups[1].Value;
    }

    public static Task<SignInOutcome> AcceptAsync(
        this PortalFixture portal, string token, string code, string session, string browser = "phone")
    {
        var command = new SignInWithToken { TokenHash = Tokens.Hash(token), Code = code, Device = Browser(browser) };
        var grain = portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(session)));
        return portal.AsAsync(Visitor, () => grain.SignInWithInvitation(command));
    }

    public static Task<SignInOutcome> AcceptAsync(this PortalFixture portal, Invited invited) =>
        portal.AcceptAsync(invited.Token, invited.Code, invited.Session);

    public static IInvitationListGrain InvitationsOf(
        this PortalFixture portal, string patient, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IInvitationListGrain>(GrainKeys.ForPatient(organisation, patient));

    public static Task<IReadOnlyList<InvitationRow>> ListAsync(this PortalFixture portal, string patient) =>
        portal.AsAsync(Cast.Priya(), () => portal.InvitationsOf(patient).List());

    public static Task BlockAsync(this PortalFixture portal, string patient) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).Block("called"));

    public static Task UnblockAsync(this PortalFixture portal, string patient) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).Unblock());

    public static Task<OnlineAccessView?> AccessAsync(this PortalFixture portal, string patient) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).OnlineAccess());

    public static async Task SwitchPortalAsync(this PortalFixture portal, bool on)
    {
        var grain = portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
        var settings = await portal.AsAsync(Cast.Erin(), grain.GetSettings);
        await portal.AsAsync(Cast.Erin(), () => grain.ChangeSettings(settings with { PortalEnabled = on }));
    }

    /// <summary>The audit log's rows whose action begins like this, oldest first.</summary>
    public static async Task<IReadOnlyList<AuditEntry>> AuditAsync(this PortalFixture portal, string action)
    {
        var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
        var page = await portal.AsAsync(Cast.Erin(), () => reader.Page(new AuditQuery { Action = action, PageSize = 200 }));
        return [.. page.Rows.Reverse()];
    }

    /// <summary>Nothing is left behind: the chain of the audit log is whole, and nothing is to be woken.</summary>
    public static async Task AssertTidyAsync(this PortalFixture portal)
    {
        var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
        Assert.Null((await portal.AsAsync(Cast.Erin(), reader.Verify)).FirstBad);
        Assert.Equal(0, await portal.CountAsync("reminders"));
    }

    public static Task<long> CountAsync(this PortalFixture portal, string table) =>
        portal.Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));

    // A telephone number may have six digits in a row too, but not on a line of their own.
    [GeneratedRegex(@"^\s*(\d{6})\s*$", RegexOptions.Multiline)]
    private static partial Regex CodeLine();
}

/// <summary>An invitation about to be accepted.</summary>
public sealed record Invited(string Patient, string Token, string Code, string Session);
