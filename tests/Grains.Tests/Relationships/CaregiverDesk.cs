using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Relationships;

/// <summary>A portal with Alice, a child, and Bob who acts for them.</summary>
internal sealed class CaregiverDesk : IAsyncDisposable
{
    public const string BobEmail = "bob@example.org";

    private CaregiverDesk(SignInDesk desk, string child) => (Desk, Child) = (desk, child);

    public SignInDesk Desk { get; }

    public PortalFixture Portal => Desk.Portal;

    /// <summary>Tim, who comes of age in three months.</summary>
    public string Child { get; }

    /// <summary>When Tim was born.</summary>
    public DateOnly Birth { get; private init; }

    public string Bob { get; private set; } = "";

    public static async Task<CaregiverDesk> OpenAsync(bool deterministic = true)
    {
        var desk = await SignInDesk.OpenAsync(deterministic);
        var birth = DateOnly.FromDateTime(desk.Portal.Clock.GetUtcNow().UtcDateTime).AddYears(-18).AddMonths(3);
        return new CaregiverDesk(desk, await desk.Portal.RegisterAsync("Tim", birth: birth)) { Birth = birth };
    }

    public IRelationshipsGrain Relations(string? patient = null) =>
        Portal.Grains.GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(PortalFixture.Riverside, patient ?? Desk.Alice));

    public Task<GiveGrantOutcome> GiveAsync(
        CaregiverScopes scopes, string? patient = null, DateOnly? until = null, bool parental = false, string operation = "give-1",
        string email = BobEmail, bool confirmed = true, string given = "Bob", string family = "Carter", DateOnly? birth = null) =>
        Portal.AsAsync(Cast.Dana(), () => Relations(patient).Give(new GiveGrant
        {
            Email = email,
            GivenName = given,
            FamilyName = family,
            BirthDate = birth ?? new DateOnly(1979, 5, 14),
            Scopes = scopes,
            Until = until,
            Parental = parental,
            Operation = operation,
            ConfirmedWithPatient = confirmed,
        }));

    /// <summary>Bob gets a grant and a sign-in, and signs in; his session's token.</summary>
    public async Task<string> BobAsync(CaregiverScopes scopes, string? patient = null, DateOnly? until = null, bool parental = false)
    {
        Bob = Assert.IsType<GiveGrantOutcome.Given>(await GiveAsync(scopes, patient, until, parental)).Person;
        await Desk.AdmitAsync(Bob, BobEmail);
        var subject = Desk.SubjectOf(BobEmail);
        await Desk.AskAsync(subject, "laptop");
        var token = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await Desk.EnterAsync(token, await Desk.CodeAsync(BobEmail), subject, "laptop"));
        return token;
    }

    public Task<bool> ActForAsync(string token, string patient) => Desk.AsVisitorAsync(() => Desk.Session(token).ActFor(patient));

    /// <summary>Who the web would call as.</summary>
    public async Task<Principal> PrincipalAsync(string token) =>
        Assert.IsType<SessionCheck.Alive>(await Desk.CheckAsync(token)).Principal;

    public Task<IReadOnlyList<GrantView>> ListAsync(string? patient = null) =>
        Portal.AsAsync(Cast.Dana(), () => Relations(patient).List());

    public Task<IReadOnlyList<AppointmentRow>> AppointmentsAsync(Principal caller, string patient) => Portal.AsAsync(caller, () =>
        Portal.Grains.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, patient)).Upcoming(5));

    public Task<ReadRecordOutcome> ReadAsync(Principal caller, string patient) => Portal.AsAsync(caller, () =>
        Portal.Grains.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(PortalFixture.Riverside, patient)).ReadShared());

    /// <summary>Bob elevates with a code to his own address; the token his session goes on under.</summary>
    public async Task<string> ElevateAsync(string token)
    {
        await Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var sent = await Desk.AsVisitorAsync(() => Desk.Session(token).RequestElevation(SignInDesk.Browser("laptop")));
        Assert.IsType<ElevationRequestOutcome.Sent>(sent);
        var next = Tokens.New();
        var command = new Elevate
        {
            Code = await Desk.CodeAsync(BobEmail),
            NewSession = Tokens.Hash(next),
            Device = SignInDesk.Browser("laptop"),
        };
        Assert.IsType<ElevateOutcome.Elevated>(await Desk.AsVisitorAsync(() => Desk.Session(token).Elevate(command)));
        return next;
    }

    public ValueTask DisposeAsync() => Desk.DisposeAsync();
}
