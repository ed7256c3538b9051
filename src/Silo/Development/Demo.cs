using Portal.Grains.Abstractions.Patients;

namespace Portal.Silo.Development;

/// <summary>The demo: seeds an empty portal at the first start, and says who is in it.</summary>
public static class Demo
{
    /// <summary>Adds the demo. <c>Portal:Demo=false</c> leaves it out; <c>Portal:DemoPatients</c> sets how many patients the first
    /// organisation has.</summary>
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        if (!IsWanted(builder.Configuration)) return;
        builder.Services.AddSingleton(DemoWorld.Create(builder.Configuration.GetValue("Portal:DemoPatients", DemoWorld.DefaultPatients)));
        builder.Services.AddSingleton<DemoSeeder>();
        builder.Services.AddSingleton<DemoStart>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DemoStart>());
        builder.Services.AddSingleton<IStartupFilter>(services => services.GetRequiredService<DemoStart>());
    }

    /// <summary>Whether it is to be made, in Development.</summary>
    public static bool IsWanted(IConfiguration configuration) => configuration.GetValue("Portal:Demo", true);

    /// <summary>The people of the demo, as <c>/dev/demo.json</c> shows them: their first values, whatever was changed since.</summary>
    public static IEnumerable<object> Describe(IReadOnlyList<DemoOrganisation> world) => world.Select(organisation => new
    {
        organisation = organisation.Slug,
        staff = organisation.Staff.Select(s =>
            new { email = s.Email, password = s.Password, role = RoleName(s.Role), totpSecret = s.TotpSecret }),
        patients = organisation.Patients.Select(p => new
        {
            id = p.Id,
            name = $"{p.Registration.GivenName} {p.Registration.FamilyName}",
            authEmail = p.AuthEmail,
            authMobile = p.AuthMobile,
            username = p.Username,
            birthDate = p.Registration.BirthDate.ToString("yyyy-MM-dd"),
            postalCode = p.Registration.Contact.PostalCode,
            access = p.Access switch { AccessState.CanAccess => "can_access", AccessState.Blocked => "blocked", _ => "no_access" },
        }),
        caregivers = organisation.Caregivers.Select(c => new
        {
            id = c.Id,
            authEmail = c.AuthEmail,
            actsFor = c.Grants.Select(g => new { id = g.Patient, scopes = $"{g.Scopes}", parent = g.Parental }),
        }),
    });

    /// <summary>What the console says once the first page can be opened.</summary>
    public static string Greeting(IReadOnlyList<DemoOrganisation> world, string address)
    {
        var lines = new List<string> { "", $"Portal is ready: {address}", "" };
        foreach (var organisation in world)
        {
            lines.Add($"  {organisation.Founding.Name}");
            var example = organisation.Patients.First(p => p.AuthEmail is not null).AuthEmail;
            lines.Add($"    patients  {address}/{organisation.Slug}/sign-in         for example {example}");
            lines.Add($"    caregiver {address}/{organisation.Slug}/sign-in         {organisation.Caregivers[0].AuthEmail}");
            lines.Add($"    staff     {address}/{organisation.Slug}/staff/sign-in");
            lines.AddRange(
                organisation.Staff.Select(s =>
                $"              {RoleName(s.Role),-16} {s.Email}  password {s.Password}  authenticator {s.TotpSecret}"));
        }

        lines.Add("");
        lines.Add($"  Messages that would be sent   {address}/dev/mailbox");
        lines.Add($"  All people of the demo        {address}/dev/demo.json");
        lines.Add("");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>A role as the demo's documents write it.</summary>
    public static string RoleName(Grains.Abstractions.Shared.StaffRole role) => role switch
    {
        Grains.Abstractions.Shared.StaffRole.FrontDesk => "front_desk",
        Grains.Abstractions.Shared.StaffRole.AdminAssistant => "admin_assistant",
        Grains.Abstractions.Shared.StaffRole.Practitioner => "practitioner",
        _ => "admin",
    };
}
