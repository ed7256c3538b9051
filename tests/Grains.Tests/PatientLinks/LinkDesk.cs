using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Invitations;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.PatientLinks;

/// <summary>What the people of these tests do with links.</summary>
public static class LinkDesk
{
    public static IPatientLinkGrain Link(this PortalFixture portal, string token, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IPatientLinkGrain>(GrainKeys.ForPatientLink(organisation, Tokens.Hash(token)));

    public static IPatientLinkListGrain LinksOf(this PortalFixture portal, string patient, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IPatientLinkListGrain>(GrainKeys.ForPatient(organisation, patient));

    /// <summary>Alice is on file, has access and signs in with her email.</summary>
    public static async Task<string> AliceAsync(this PortalFixture portal)
    {
        var patient = await portal.RegisterAsync("Alice");
        await portal.SetCredentialAsync(patient, CredentialKind.Email, InvitationDesk.Mailbox);
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).SetAccess(AccessLevel.CanAccess));
        return patient;
    }

    public static async Task SetCredentialAsync(this PortalFixture portal, string patient, CredentialKind kind, string value)
    {
        var command = new SetCredential { Kind = kind, Value = value, Operation = $"set {value}", ConfirmedWithPatient = true };
        var outcome = await portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).SetCredential(command));
        Assert.IsType<SetCredentialOutcome.Bound>(outcome);
    }

    public static Task<CreateLinkOutcome> CreateLinkAsync(this PortalFixture portal, CreateLink command) =>
        portal.AsAsync(Cast.Dana(), () => portal.Link(command.Token).Create(command));

    /// <summary>Alice has a link.</summary>
    public static async Task<Linked> LinkedAsync(
        this PortalFixture portal, bool singleUse = false, LinkDelivery delivery = LinkDelivery.Email, string? patient = null)
    {
        patient ??= await portal.AliceAsync();
        var command = new CreateLink { Patient = patient, SingleUse = singleUse, Delivery = delivery, Token = Tokens.New() };
        Assert.Equal(CreateLinkOutcome.Created, await portal.CreateLinkAsync(command));
        return new Linked(patient, command.Token, "", Tokens.New());
    }

    /// <summary>Alice has a link, has pressed its button and has a code.</summary>
    public static async Task<Linked> OpenedAsync(this PortalFixture portal, bool singleUse = false)
    {
        var linked = await portal.LinkedAsync(singleUse);
        Assert.IsType<OpenLinkOutcome.Opened>(await portal.OpenAsync(linked.Token));
        return linked with { Code = await portal.CodeAsync() };
    }

    public static Task<LinkPage> LinkPageAsync(this PortalFixture portal, string token) =>
        portal.AsAsync(InvitationDesk.Visitor, () => portal.Link(token).Get());

    public static Task<OpenLinkOutcome> OpenAsync(this PortalFixture portal, string token, string browser = "phone") =>
        portal.AsAsync(InvitationDesk.Visitor, () => portal.Link(token).Open(InvitationDesk.Browser(browser)));

    public static Task<SignInOutcome> UseAsync(this PortalFixture portal, Linked linked, string browser = "phone")
    {
        var command = new SignInWithToken
        {
            TokenHash = Tokens.Hash(linked.Token),
            Code = linked.Code,
            Device = InvitationDesk.Browser(browser),
        };
        var session = portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(linked.Session)));
        return portal.AsAsync(InvitationDesk.Visitor, () => session.SignInWithLink(command));
    }

    public static async Task<LinkRow> RowAsync(this PortalFixture portal, string patient) =>
        Assert.Single(await portal.AsAsync(Cast.Priya(), () => portal.LinksOf(patient).List()));
}

/// <summary>A link about to be used.</summary>
public sealed record Linked(string Patient, string Token, string Code, string Session);
