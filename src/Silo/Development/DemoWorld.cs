using System.Security.Cryptography;
using System.Text;
using Bogus;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Silo.Development;

/// <summary>A staff member of the demo.</summary>
public sealed record DemoStaff(string Id, string Name, string Email, StaffRole Role, string Password, string TotpSecret);

/// <summary>A patient of the demo.</summary>
public sealed record DemoPatient
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>Details and contact details.</summary>
    public required RegisterPatient Registration { get; init; }

    /// <summary>Email credential; null: none.</summary>
    public string? AuthEmail { get; init; }

    /// <summary>Mobile credential; null: none.</summary>
    public string? AuthMobile { get; init; }

    /// <summary>Username; null: none.</summary>
    public string? Username { get; init; }

    /// <summary>Access state.</summary>
    public required AccessState Access { get; init; }

    /// <summary>The clinical record.</summary>
    public required IReadOnlyList<RecordEntry> Record { get; init; }

    /// <summary>Appointments, as days and minutes from the day of the first start.</summary>
    public required IReadOnlyList<DemoAppointment> Appointments { get; init; }
}

/// <summary>An appointment of the demo.</summary>
public sealed record DemoAppointment(string Id, int Days, TimeSpan At, string Practitioner, string Service, string Place, int Minutes);

/// <summary>Somebody of the demo who acts for patients.</summary>
/// <param name="Id">The id: a patient's, or one of their own.</param>
/// <param name="Registration">Who they are, where they are no patient; null: a patient.</param>
/// <param name="AuthEmail">What they sign in with, where they are no patient.</param>
/// <param name="Grants">For whom, how far, and whether as a parent.</param>
public sealed record DemoCaregiver(
    string Id, RegisterPatient? Registration, string? AuthEmail,
    IReadOnlyList<(string Patient, CaregiverScopes Scopes, bool Parental)> Grants);

/// <summary>An organisation of the demo.</summary>
public sealed record DemoOrganisation(
    string Slug, FoundOrganisation Founding, IReadOnlyList<DemoStaff> Staff, IReadOnlyList<DemoPatient> Patients,
    IReadOnlyList<DemoCaregiver> Caregivers);

/// <summary>
/// The people of the demo, made up from a fixed seed: the same on each start and each machine, whatever the time. Numbers and addresses are
/// of the ranges that are kept for
/// fiction (Ofcom's 07700 900xxx, example.org).
/// </summary>
public static class DemoWorld
{
    /// <summary>Patients of the first organisation, when no other number is set.</summary>
    public const int DefaultPatients = 200;

    private const int HilltopPatients = 40;
    private static readonly DateTime BirthReference = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] Services = ["Follow-up", "New consultation", "Physiotherapy", "Blood test", "Vaccination",
        "Annual check-up"];
    private static readonly string[] Places = ["Room 1", "Room 2", "Room 4", "Video"];

    /// <summary>Both organisations.</summary>
    /// <param name="patients">Patients of the first one, from 20.</param>
    public static IReadOnlyList<DemoOrganisation> Create(int patients = DefaultPatients) =>
    [
        Organisation(
            "riverside", "Riverside Clinic", "#005ea5", "01632 960100", "12 Quay Street, Riverside RV1 4AB", 1, Math.Max(patients, 20)),
        Organisation("hilltop", "Hilltop Practice", "#0b6e4f", "01632 960200", "3 Church Hill, Hilltop HT2 7CD", 2, HilltopPatients),
    ];

    private static DemoOrganisation Organisation(
        string slug, string name, string colour, string phone, string address, int seed, int patients)
    {
        var faker = new Faker("en_GB") { Random = new Randomizer(seed) };
        var staff = Staff(slug);
        var practitioners = staff.Where(s => s.Role == StaffRole.Practitioner).Select(s => s.Name).ToArray();
        var founding = new FoundOrganisation
        {
            Name = name,
            TimeZone = "Europe/London",
            Country = "GB",
            Settings = new PortalSettings
            {
                PortalName = $"{name} online",
                AccentColour = colour,
                // One of the two shows what passwords are like.
                Password = slug == "riverside",
                // Whoever registers is in at once, to be tried out; a clinic looks at each first unless it wants it so.
                Registration = slug == "riverside",
                RegistrationReview = false,
                // And what patients may do with their appointments.
                RequireConfirmation = slug == "riverside",
                AllowCancellation = slug == "riverside",
                AllowRescheduling = slug == "riverside",
                WelcomeMessage = "See your appointments and records whenever it suits you.",
                Contact = new ClinicContact { Phone = phone, Email = $"reception@{slug}.example.org", Address = address },
            },
        };
        var people = Enumerable.Range(1, patients).Select(n => Patient(faker, slug, n, practitioners)).ToList();
        return new DemoOrganisation(slug, founding, staff, people, Caregivers(slug, people));
    }

    // Bob acts for the first patient and, with all that a parent may do, for the elder child of the family; their mother for both.
    private static IReadOnlyList<DemoCaregiver> Caregivers(string slug, IReadOnlyList<DemoPatient> people)
    {
        var bob = new RegisterPatient
        {
            GivenName = "Bob",
            FamilyName = "Carter",
            BirthDate = new DateOnly(1979, 5, 14),
            Contact = new ContactDetails { Email = $"bob@{slug}.example.org" },
            CaregiverOnly = true,
        };
        var (alice, mother, one, two) = (people[0].Id, people[1].Id, people[2], people[3]);
        var elder = one.Registration.BirthDate < two.Registration.BirthDate ? one.Id : two.Id;
        return
        [
            new(Ids.Derive("p", $"demo/{slug}/bob"), bob, bob.Contact.Email,
                [(alice, CaregiverScopes.Appointments, false), (elder, CaregiverScopes.All, true)]),
            new(mother, null, null, [(one.Id, CaregiverScopes.All, true), (two.Id, CaregiverScopes.All, true)]),
        ];
    }

    private static IReadOnlyList<DemoStaff> Staff(string slug)
    {
        return
        [
            Member("Erin Walsh", "erin", StaffRole.Admin),
            Member("Dana Okafor", "dana", StaffRole.FrontDesk),
            Member("Aziz Rahman", "aziz", StaffRole.AdminAssistant),
            Member("Dr Priya Nair", "priya", StaffRole.Practitioner),
            Member("Dr Tom Hughes", "tom", StaffRole.Practitioner),
        ];

        DemoStaff Member(string name, string local, StaffRole role) => new(
            Ids.Derive("s", $"demo/{slug}/{local}"), name, $"{local}@{slug}.example.org", role, $"walk-{slug}-{local}-kettle",
            TotpSecret(slug, local));
    }

    // Each person has one of their own, the same on each machine.
    private static string TotpSecret(string slug, string local) =>
        Totp.ToBase32(SHA256.HashData(Encoding.UTF8.GetBytes($"demo/{slug}/{local}/authenticator"))[..Totp.SecretBytes]);

    private static DemoPatient Patient(Faker faker, string slug, int number, string[] practitioners)
    {
        var given = faker.Name.FirstName();
        // The second to fourth are a family who share one mailbox: a mother and her two children.
        var family = number is 2 or 3 or 4 ? "Fairweather" : faker.Name.LastName();
        var isFamily = number is 2 or 3 or 4;
        var local = new string([.. $"{given}.{family}".ToLowerInvariant().Where(c => char.IsAsciiLetterLower(c) || c == '.')]);
        var email = isFamily ? $"fairweather@{slug}.example.org" : $"{local}{number}@example.org";
        var mobile = number < 1000 ? $"07700 900{number:000}" : "";
        var access = AccessOf(number);
        var years = number is 3 or 4 ? (6, 15) : (18, 90);
        var birth = DateOnly.FromDateTime(
            BirthReference.AddYears(-faker.Random.Int(years.Item1, years.Item2)).AddDays(faker.Random.Int(0, 364)));
        // Every fourth without access has a detail missing, so that the refusal can be seen.
        var incomplete = access == AccessState.NoAccess && number % 4 == 0;
        return new DemoPatient
        {
            Id = Ids.Derive("p", $"demo/{slug}/{number}"),
            Access = access,
            AuthEmail = isFamily || access == AccessState.NoAccess ? null : email,
            AuthMobile = !isFamily && access == AccessState.CanAccess && number % 3 == 0 && mobile.Length > 0 ? mobile : null,
            Username = isFamily ? $"{local.Split('.')[0]}.fairweather" : null,
            Registration = new RegisterPatient
            {
                GivenName = given,
                FamilyName = family,
                BirthDate = birth,
                Origin = number % 5 == 0 ? PatientOrigin.Imported : PatientOrigin.Manual,
                Contact = new ContactDetails
                {
                    Email = email,
                    Mobile = mobile,
                    HomePhone = "",
                    Street = faker.Address.StreetAddress(),
                    Town = faker.Address.City(),
                    PostalCode = incomplete ? "" : faker.Address.ZipCode(),
                },
            },
            Record = Record(faker, slug, number, practitioners),
            Appointments = Appointments(faker, slug, number, practitioners),
        };
    }

    // Of each twenty: fourteen can get in, five have no access yet, one is blocked.
    private static AccessState AccessOf(int number) => (number % 20) switch
    {
        7 => AccessState.Blocked,
        0 or 5 or 9 or 13 or 18 => AccessState.NoAccess,
        _ => AccessState.CanAccess,
    };

    private static IReadOnlyList<DemoAppointment> Appointments(Faker faker, string slug, int number, string[] practitioners)
    {
        var count = faker.Random.Int(3, 8);
        return [.. Enumerable.Range(0, count).Select(n => new DemoAppointment(
            Ids.Derive("ap", $"demo/{slug}/{number}/{n}"),
            // The last two are still to come, the others lie in the year before.
            n >= count - 2 ? faker.Random.Int(1, 60) : -faker.Random.Int(1, 365),
            TimeSpan.FromMinutes(9 * 60 + 15 * faker.Random.Int(0, 31)),
            faker.PickRandom(practitioners),
            faker.PickRandom(Services),
            faker.PickRandom(Places),
            faker.PickRandom(15, 20, 30, 45)))];
    }

    private static IReadOnlyList<RecordEntry> Record(Faker faker, string slug, int number, string[] practitioners)
    {
        return [.. DemoRecords.All.Select((sample, n) => (sample, n)).Where(s => s.n < 4 || faker.Random.Bool(0.5f)).Select(s =>
            new RecordEntry
        {
            Id = Ids.Derive("r", $"demo/{slug}/{number}/{s.n}"),
            Section = s.sample.Section,
            On = DateOnly.FromDateTime(BirthReference.AddDays(-faker.Random.Int(3, 700))),
            Title = s.sample.Title,
            Text = s.sample.Text,
            Author = faker.PickRandom(practitioners),
            Shared = s.sample.Shared,
        })];
    }
}
