using Orleans;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;

namespace Portal.Silo.Development;

/// <summary>
/// Puts the demo's people into an empty portal, through the same doors as everybody else. Doing it again, also after a crash in the middle,
/// adds what is missing and changes nothing that is there.
/// </summary>
/// <param name="grains">The portal.</param>
/// <param name="time">Dates the appointments from the day of the first start.</param>
public sealed class DemoSeeder(IGrainFactory grains, TimeProvider time)
{
    // More at once gain nothing: the writes of so many are committed together.
    private const int AtOnce = 128;

    /// <summary>Makes the organisations that are missing, without their people.</summary>
    public async Task FoundAsync(IReadOnlyList<DemoOrganisation> world)
    {
        foreach (var organisation in world)
        {
            CallerContext.Set(Principal.Operator(organisation.Slug, "demo"));
            await grains.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(organisation.Slug)).Found(organisation.Founding);
        }
    }

    /// <summary>Makes the people who are missing, in organisations that are there.</summary>
    public async Task SeedAsync(IReadOnlyList<DemoOrganisation> world, CancellationToken ct)
    {
        // The last patient is made last of all: when there, everything is.
        if (await IsThereAsync(world[^1])) return;
        // Hashing a staff member's password takes as long as making twenty patients, so both are done at the same time.
        await Task.WhenAll(
            Parallel.ForEachAsync(world.SelectMany(o => o.Staff.Select(s => (o.Slug, s))), ct, (each, _) => SeedAsync(each.Slug, each.s)),
            Parallel.ForEachAsync(world.SelectMany(PatientsButTheLast), Options(ct), (each, _) => SeedAsync(each.Slug, each.Patient)));
        await Parallel.ForEachAsync(
            world.SelectMany(o => o.Caregivers.Select(c => (o.Slug, c))), ct, (each, _) => SeedAsync(each.Slug, each.c));
        foreach (var organisation in world) await SeedAsync(organisation.Slug, organisation.Patients[^1]);
    }

    private static ParallelOptions Options(CancellationToken ct) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };

    private static IEnumerable<(string Slug, DemoPatient Patient)> PatientsButTheLast(DemoOrganisation organisation) =>
        organisation.Patients.SkipLast(1).Select(patient => (organisation.Slug, patient));

    private async Task<bool> IsThereAsync(DemoOrganisation organisation)
    {
        CallerContext.Set(Principal.Operator(organisation.Slug, "demo"));
        var last = organisation.Patients[^1].Id;
        var page = await grains.GetGrain<IPatientDirectoryGrain>(organisation.Slug).Search(new PatientQuery { Text = last, PageSize = 1 });
        return page.Total > 0;
    }

    private async ValueTask SeedAsync(string slug, DemoStaff staff)
    {
        CallerContext.Set(Principal.Operator(slug, "demo"));
        var outcome = await grains.GetGrain<IStaffGrain>(GrainKeys.ForStaff(slug, staff.Id)).Add(new AddStaff
        {
            Name = staff.Name,
            Email = staff.Email,
            Role = staff.Role,
            Password = staff.Password,
            TotpSecret = staff.TotpSecret,
        });
        if (outcome != AddStaffOutcome.Added)
            throw new InvalidOperationException($"The demo's staff member {staff.Id} was refused: {outcome}.");
    }

    private async ValueTask SeedAsync(string slug, DemoCaregiver demo)
    {
        CallerContext.Set(Principal.Operator(slug, "demo"));
        if (demo.Registration is { } registration)
        {
            var person = grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(slug, demo.Id));
            if (await person.Register(registration) != RegisterOutcome.Registered)
                throw new InvalidOperationException($"The demo's caregiver {demo.Id} was refused.");
            await SetAsync(person, CredentialKind.Email, demo.AuthEmail);
            await person.SetAccess(AccessLevel.CanAccess);
        }

        foreach (var (patient, scopes, parental) in demo.Grants)
        {
            var outcome = await grains.GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(slug, patient)).Give(new GiveGrant
            {
                Person = demo.Id,
                Scopes = scopes,
                Parental = parental,
                Operation = Ids.Derive("op", $"demo/{demo.Id}/{patient}"),
                ConfirmedWithPatient = true,
            });
            // A child who has come of age since the demo was thought up is nobody's minor any more.
            if (outcome is not (GiveGrantOutcome.Given or GiveGrantOutcome.OfAge))
                throw new InvalidOperationException($"A grant of the demo was refused: {outcome.GetType().Name}.");
        }
    }

    private async ValueTask SeedAsync(string slug, DemoPatient demo)
    {
        CallerContext.Set(Principal.Operator(slug, "demo"));
        await grains.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(slug, demo.Id)).AddRange(demo.Record);
        await SeedAppointmentsAsync(slug, demo);
        var patient = grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(slug, demo.Id));
        var registered = await patient.Register(demo.Registration);
        if (registered != RegisterOutcome.Registered) throw new InvalidOperationException(
            $"The demo's patient {demo.Id} was refused: {registered}.");
        await SetAsync(patient, CredentialKind.Email, demo.AuthEmail);
        await SetAsync(patient, CredentialKind.Mobile, demo.AuthMobile);
        await SetAsync(patient, CredentialKind.Username, demo.Username);
        if (demo.Access != AccessState.NoAccess) await patient.SetAccess(AccessLevel.CanAccess);
        if (demo.Access == AccessState.Blocked) await patient.Block("Demo: shows what a blocked patient meets.");
    }

    private async Task SeedAppointmentsAsync(string slug, DemoPatient demo)
    {
        var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        await Task.WhenAll(
            demo.Appointments.Select(a => grains.GetGrain<IAppointmentGrain>($"{slug}/{a.Id}").Schedule(new ScheduleAppointment
            {
                Patient = demo.Id,
                Practitioner = a.Practitioner,
                Service = a.Service,
                Place = a.Place,
                StartsAt = today.AddDays(a.Days) + a.At,
                Length = TimeSpan.FromMinutes(a.Minutes),
            })));
    }

    private static async Task SetAsync(IPatientGrain patient, CredentialKind kind, string? value)
    {
        if (value is null) return;
        var outcome = await patient.SetCredential(
            new SetCredential { Kind = kind, Value = value, Operation = $"demo-{kind}", ConfirmedWithPatient = true });
        if (outcome is not (SetCredentialOutcome.Bound or SetCredentialOutcome.Unchanged))
            throw new InvalidOperationException($"A credential of the demo was refused: {outcome.GetType().Name}.");
    }
}
