using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Patients;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Why a patient can't get in, as a table: one fact changed, and the conditions that are no longer met.</summary>
public sealed class AccessDiagnosisTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly AccessFacts Good = new()
    {
        Access = new OnlineAccessView
        {
            Patient = new PatientView { Id = "p-1", Contact = new ContactDetails { Email = "a@x.org", PostalCode = "AB1" } },
            Level = AccessLevel.CanAccess,
            Credentials = [Bound(CredentialKind.Email, proved: true)],
        },
    };

    public static TheoryData<string, AccessFacts, (AccessCheck, CheckState)[]> Table => new()
    {
        { "nothing", Good, [] },
        {
            "the portal is off", Good with { Settings = new PortalSettings { PortalEnabled = false } },
            [(AccessCheck.PortalEnabled, CheckState.Unmet)]
        },
        { "blocked", With(a => a with { BlockedAt = Now }), [(AccessCheck.NotBlocked, CheckState.Unmet)] },
        {
            "no email", With(a => a with { Patient = a.Patient with { Contact = new ContactDetails { PostalCode = "AB1" } } }),
            [(AccessCheck.EmailOnFile, CheckState.Unmet)]
        },
        {
            "no postal code", With(a => a with { Patient = a.Patient with { Contact = new ContactDetails { Email = "a@x.org" } } }),
            [(AccessCheck.PostalCodeOnFile, CheckState.Unmet)]
        },
        { "access is off", With(a => a with { Level = AccessLevel.NoAccess }), [(AccessCheck.AccessGiven, CheckState.Unmet)] },
        { "no credential", With(a => a with { Credentials = [] }), [(AccessCheck.CredentialSet, CheckState.Unmet)] },
        {
            "a family's mailbox", With(a => a with { Credentials = [] }) with { EmailTakenBy = "p-2" },
            [(AccessCheck.CredentialSet, CheckState.Unmet), (AccessCheck.EmailNotTaken, CheckState.Unmet)]
        },
        { "a family's mailbox, and a username", Username() with { EmailTakenBy = "p-2" }, [] },
        {
            "unverified", With(a => a with { Credentials = [Bound(CredentialKind.Email, proved: false)] }),
            [(AccessCheck.CredentialVerified, CheckState.Attention)]
        },
        {
            "the only method is off", Good with { Settings = new PortalSettings { EmailCode = false } },
            [(AccessCheck.MethodOn, CheckState.Unmet)]
        },
        {
            "one method of two is off",
            With(a => a with { Credentials = [.. a.Credentials, Bound(CredentialKind.Mobile, proved: true)] }) with
            {
                Settings = new PortalSettings { MobileCode = false },
            },
            [(AccessCheck.MethodOn, CheckState.Attention)]
        },
        {
            "codes are off and there is a password",
            Good with
            {
                Settings = new PortalSettings { EmailCode = false, MobileCode = false, Password = true },
                Password = new PasswordView { Kind = PasswordKind.Chosen },
            },
            []
        },
        { "too many codes", Good with { LockedUntil = Now.AddMinutes(20) }, [(AccessCheck.CodesAllowed, CheckState.Unmet)] },
        {
            "a temporary password that has expired, and nothing else", Username() with
            {
                Settings = new PortalSettings { EmailCode = false, MobileCode = false, Password = true },
                Password = new PasswordView { Kind = PasswordKind.Temporary, Until = Now },
            },
            [(AccessCheck.MethodOn, CheckState.Unmet), (AccessCheck.TemporaryPasswordGood, CheckState.Unmet)]
        },
        {
            "an invitation that has expired", With(a => a with { Level = AccessLevel.NoAccess, Credentials = [] }) with
            {
                Invitation = new InvitationRow { State = InvitationState.Expired },
            },
            [
                (AccessCheck.AccessGiven, CheckState.Unmet), (AccessCheck.CredentialSet, CheckState.Unmet),
                (AccessCheck.InvitationGood, CheckState.Unmet),
            ]
        },
        {
            "an invitation that has expired, of somebody who needs none",
            Good with { Invitation = new InvitationRow { State = InvitationState.Expired } },
            [(AccessCheck.InvitationGood, CheckState.Attention)]
        },
        { "an invitation that works", Good with { Invitation = new InvitationRow { State = InvitationState.Pending } }, [] },
        {
            "a link that has expired", Good with { Link = new LinkRow { State = LinkState.Expired } },
            [(AccessCheck.LinkGood, CheckState.Attention)]
        },
        {
            "a message that bounced", Good with { Message = new DeliveryRecord { State = DeliveryState.Bounced } },
            [(AccessCheck.MessagesArrive, CheckState.Unmet)]
        },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_cause_is_named(string cause, AccessFacts facts, (AccessCheck, CheckState)[] wanted)
    {
        var findings = AccessDiagnosis.Of(facts, Now);
        Assert.Equal(wanted, findings.Where(f => f.State != CheckState.Met).Select(f => (f.Check, f.State)));
        Assert.Equal(wanted.All(w => w.Item2 != CheckState.Unmet), AccessDiagnosis.CanGetIn(findings));
        Assert.True(findings.Select(f => f.Check).SequenceEqual(findings.Select(f => f.Check).Order()), cause);
    }

    [Fact]
    public void A_new_device_is_locked_out_while_a_budget_is_spent()
    {
        var limits = OneTimeCodeLimits.Default;
        var fresh = new OneTimeCodeState();
        Assert.Null(OneTimeCodeLock.LockedUntil(fresh, limits, Now));
        DateTimeOffset[] five = [.. Enumerable.Range(0, 5).Select(i => Now.AddMinutes(i - 10))];
        var sent = fresh with { Unknown = new OneTimeCodeBudget { SentAt = five } };
        Assert.Equal(five[0].AddHours(1), OneTimeCodeLock.LockedUntil(sent, limits, Now));
        Assert.Null(OneTimeCodeLock.LockedUntil(sent, limits, five[0].AddHours(1)));
        Assert.Null(OneTimeCodeLock.LockedUntil(fresh with { Known = sent.Unknown }, limits, Now));
    }

    private static AccessFacts With(Func<OnlineAccessView, OnlineAccessView> change) => Good with { Access = change(Good.Access) };

    private static AccessFacts Username() => With(a => a with { Credentials = [Bound(CredentialKind.Username, proved: false)] });

    private static CredentialView Bound(CredentialKind kind, bool proved) => new()
    {
        Kind = kind,
        Value = "value",
        VerifiedAt = proved ? Now : null,
    };
}
