using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Details, the test flag, practitioners and duplicates, through the doors.</summary>
public sealed class PatientDetailsGrainTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalFixture.StartAsync(deterministic: true);

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    private IPatientDirectoryGrain Directory => _portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside);

    [Fact]
    public async Task Changed_details_and_tags_are_found_at_once()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var outcome = await DanaAsync(() => _portal.Patient(alice).Edit(new EditPatient
        {
            Operation = "op-1",
            GivenName = "Alicia",
            FamilyName = "Baker",
            BirthDate = new DateOnly(1985, 3, 27),
            Contact = new ContactDetails { Email = "new@example.org", PostalCode = "RV1 4AB" },
            Tags = ["vip"],
        }));
        Assert.IsType<EditOutcome.Saved>(outcome);
        Assert.Equal(alice, Assert.Single(await FindAsync(new PatientQuery { Text = "alicia baker new@example.org" })).Id);
        Assert.Equal(alice, Assert.Single(await FindAsync(new PatientQuery { Tag = "vip" })).Id);
        Assert.Empty(await FindAsync(new PatientQuery { Text = "archer" }));
    }

    [Fact]
    public async Task A_test_patient_is_kept_out_of_counts_and_of_work_on_many()
    {
        var alice = await _portal.RegisterAsync("Alice");
        await DanaAsync(() => _portal.Patient(alice).SetTest(true));
        Assert.Equal(0, await DanaAsync(() => Directory.Count(new PatientQuery())));
        Assert.Empty(await DanaAsync(() => Directory.Ids(new PatientQuery(), "", 10)));
        Assert.True(Assert.Single(await FindAsync(new PatientQuery { Test = TestPatients.Included })).Test);
        await DanaAsync(() => _portal.Patient(alice).SetTest(false));
        Assert.Equal(1, await DanaAsync(() => Directory.Count(new PatientQuery())));
    }

    [Fact]
    public async Task A_practitioner_who_is_not_ticked_cannot_be_booked()
    {
        var staff = await EnrolAsync();
        var alice = await _portal.RegisterAsync("Alice");
        Assert.True(await _portal.AsGrainAsync(() => _portal.Patient(alice).MayBook(staff)));
        Assert.False(await _portal.AsGrainAsync(() => _portal.Patient(alice).MayBook("s-nobody")));
        await DanaAsync(() => _portal.Patient(alice).SetPractitioners([]));
        Assert.False(await _portal.AsGrainAsync(() => _portal.Patient(alice).MayBook(staff)));
        Assert.Empty(await _portal.AsAsync(Cast.Patient(alice), () => _portal.Patient(alice).Bookable()));
        Assert.Empty(await FindAsync(new PatientQuery { Practitioner = staff }));
        await DanaAsync(() => _portal.Patient(alice).SetPractitioners([staff, "s-nobody"]));
        Assert.Equal(staff, Assert.Single(await _portal.AsAsync(Cast.Patient(alice), () => _portal.Patient(alice).Bookable())).Id);
        Assert.Single(await FindAsync(new PatientQuery { Practitioner = staff }));
    }

    [Fact]
    public async Task Somebody_alike_or_with_the_same_address_or_number_may_be_a_duplicate()
    {
        var alice = await _portal.RegisterAsync("Alice", email: "a@x.org", mobile: "07700 900001");
        var bob = await _portal.RegisterAsync("Bob", email: "b@x.org", mobile: "07700 900002", birth: new DateOnly(1990, 1, 1));
        var found = await DanaAsync(() => Directory.Duplicates(new DuplicateQuery
        {
            GivenName = "Alise",
            FamilyName = "Archer",
            BirthDate = new DateOnly(1985, 3, 27),
            Contact = new ContactDetails { Email = "B@x.org", Mobile = "+44 7700 900001" },
        }));
        Assert.Equal([alice, bob], found.Select(f => f.Patient.Id));
        Assert.Equal([DuplicateReason.NameAndBirthDate, DuplicateReason.Phone], found[0].Reasons);
        Assert.Equal([DuplicateReason.Email], found[1].Reasons);
    }

    [Fact]
    public async Task Charlie_cannot_edit_flag_or_search_for_duplicates_elsewhere()
    {
        var alice = _portal.Patient(await _portal.RegisterAsync("Alice"));
        Func<Task>[] calls =
        [
            () => alice.Edit(new EditPatient { Operation = "op" }), () => alice.SetTest(true), () => alice.SetPractitioners(null),
            () => alice.Practitioners(), () => alice.Bookable(), () => alice.MayBook("s-1"),
            () => Directory.Duplicates(new DuplicateQuery()), () => Directory.Ids(new PatientQuery(), "", 1),
            () => Directory.Count(new PatientQuery()),
        ];
        foreach (var call in calls) await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Charlie, call));
        await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Priya(), calls[0]));
    }

    private async Task<string> EnrolAsync()
    {
        var entry = new Grains.Abstractions.Organisations.RosterEntry
        {
            Staff = Cast.Priya().Subject,
            Name = "Priya",
            Role = StaffRole.Practitioner,
            EmailHash = "hash",
        };
        await _portal.AsGrainAsync(() => _portal.Grains
            .GetGrain<Grains.Abstractions.Organisations.IOrganisationGrain>(PortalFixture.Riverside).Enrol(entry));
        return entry.Staff;
    }

    private async Task<IReadOnlyList<PatientRow>> FindAsync(PatientQuery query) => (await DanaAsync(() => Directory.Search(query))).Rows;

    private Task<T> DanaAsync<T>(Func<Task<T>> call) => _portal.AsAsync(Cast.Dana(), call);

    private Task DanaAsync(Func<Task> call) => _portal.AsAsync(Cast.Dana(), call);
}
