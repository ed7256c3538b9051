using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

/// <summary>
/// Each method of each grain, as its door declares it, against everybody who must not pass: the matrix follows from the doors, so that a
/// method which is added tomorrow is in it. Each call is refused and in the audit log of the organisation that was called.
/// </summary>
public sealed class DoorMatrixTests
{
    private const string Alice = "p-aaaaaaaaaaaaaaaa";
    private const string Other = "p-bbbbbbbbbbbbbbbb";

    // What each stranger is let through by; those who come from elsewhere, by nothing.
    private static readonly (string Name, Callers Passes, Func<DateTimeOffset, Principal?> Principal)[] Strangers =
    [
        ("nobody", Callers.None, _ => null),
        ("visitor of another organisation", Callers.None, _ => Cast.Visitor(PortalFixture.Hilltop)),
        ("administrator of another organisation", Callers.None, _ => Cast.Charlie),
        ("patient of another organisation with the same id", Callers.None, now => Elevated(Alice, PortalFixture.Hilltop, now)),
        ("operator of another organisation", Callers.None, _ => Principal.Operator(PortalFixture.Hilltop, "test")),
        ("visitor", Callers.Visitor, _ => Cast.Visitor()),
        ("another patient", Callers.Visitor, now => Elevated(Other, PortalFixture.Riverside, now)),
        ("the patient, not elevated", Callers.Visitor | Callers.PatientSelf, _ => Cast.Patient(Alice)),
        ("the patient, elevated until now", Callers.Visitor | Callers.PatientSelf, now => Cast.Patient(Alice, elevatedUntil: now)),
        ("the patient, elevated", Callers.Visitor | Callers.PatientSelf | Callers.PatientElevated,
            now => Elevated(Alice, PortalFixture.Riverside, now)),
        ("a caregiver without the patient", Callers.Visitor, now => Elevated(Other, PortalFixture.Riverside, now) with
        {
            ActingFor = "p-cccccccccccccccc",
            Scopes = CaregiverScopes.All,
        }),
        Caregiver(CaregiverScopes.None, Callers.None),
        Caregiver(CaregiverScopes.Appointments, Callers.CaregiverAny | Callers.CaregiverAppointments),
        Caregiver(CaregiverScopes.Billing, Callers.CaregiverAny | Callers.CaregiverBilling),
        Caregiver(CaregiverScopes.Messages, Callers.CaregiverAny | Callers.CaregiverMessages),
        Caregiver(CaregiverScopes.Records, Callers.CaregiverAny | Callers.CaregiverRecords),
        ("a caregiver with records, not elevated", Callers.Visitor | Callers.CaregiverAny, _ => Cast.Patient(Other) with
        {
            ActingFor = Alice,
            Scopes = CaregiverScopes.Records,
        }),
        ("the kiosk of another patient", Callers.None, _ => Kiosk(Other, PortalFixture.Riverside)),
        ("the kiosk of the same id elsewhere", Callers.None, _ => Kiosk(Alice, PortalFixture.Hilltop)),
        ("the patient's kiosk", Callers.Kiosk, _ => Kiosk(Alice, PortalFixture.Riverside)),
        ("operator", Callers.Visitor | Callers.Operator, _ => Principal.Operator(PortalFixture.Riverside, "test")),
        .. Enum.GetValues<StaffRole>().Select(role => (
            $"staff: {role}", Callers.Visitor | Enum.Parse<Callers>(role.ToString()),
            (Func<DateTimeOffset, Principal?>)(_ => Staff(role)))),
    ];

    private static readonly Type[] Interfaces = [.. typeof(IPatientGrain).Assembly.GetTypes()
        .Where(type => type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type)).OrderBy(type => type.Name)];

    [Fact]
    public async Task Whoever_a_door_does_not_name_is_refused_and_audited_whatever_the_method()
    {
        await using var portal = await PortalFixture.StartAsync();
        var refused = 0;
        foreach (var method in Interfaces.SelectMany(type => type.GetMethods()))
        {
            var door = method.GetCustomAttribute<DoorAttribute>()!.Callers;
            foreach (var stranger in Strangers.Where(stranger => (door & stranger.Passes) == 0))
            {
                var error = await Record.ExceptionAsync(() => CallAsync(portal, method, stranger.Principal(portal.Clock.GetUtcNow())));
                var said = error is DoorRefusedException || IsOneWay(method);
                Assert.True(said, $"{Name(method)} let in: {stranger.Name} ({error?.GetType().Name ?? "no error"})");
                refused++;
            }
        }

        await portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        // Everybody who comes from elsewhere, at the least.
        Assert.True(refused > 5 * Interfaces.Sum(type => type.GetMethods().Length), $"{refused} calls");
        Assert.Equal(refused, await RefusalsAsync(portal));
    }

    [Fact]
    public void Every_kind_of_caller_is_in_the_matrix()
    {
        var now = DateTimeOffset.UnixEpoch;
        var kinds = Strangers.Select(stranger => stranger.Principal(now)?.Kind).OfType<PrincipalKind>().Distinct();
        Assert.Equal(Enum.GetValues<PrincipalKind>(), kinds.Order());
        var flags = Enum.GetValues<Callers>().Where(flag => int.PopCount((int)flag) == 1 && flag != Callers.Grain);
        Assert.Equal([], flags.Where(flag => Strangers.All(stranger => !stranger.Passes.HasFlag(flag))));
    }

    private static Task CallAsync(PortalFixture portal, MethodInfo method, Principal? principal)
    {
        var grain = portal.Grains.GetGrain(method.DeclaringType!, $"{PortalFixture.Riverside}/{Alice}");
        // The door is before the method: what it would be given does not matter.
        var arguments = method.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null);
        return portal.AsAsync(principal, () => method.Invoke(grain, [.. arguments]) switch
        {
            Task task => task,
            ValueTask task => task.AsTask(),
            var other => (Task)other!.GetType().GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(other, null)!,
        });
    }

    private static async Task<int> RefusalsAsync(PortalFixture portal)
    {
        var (count, before) = (0, (long?)null);
        do
        {
            var query = new AuditQuery { Action = "door.refused", Outcome = AuditOutcome.Refused, PageSize = 200, Before = before };
            var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
            var page = await portal.AsAsync(Cast.Erin(), () => reader.Page(query));
            Assert.All(page.Rows, row => Assert.NotEqual("", row.Reason + row.Details["door"]));
            (count, before) = (count + page.Rows.Count, page.Next);
        }
        while (before is not null);
        return count;
    }

    private static (string Name, Callers Passes, Func<DateTimeOffset, Principal?> Principal) Caregiver(
        CaregiverScopes scopes, Callers passes) =>
        ($"a caregiver with {scopes}, elevated", Callers.Visitor | passes,
            now => Elevated(Other, PortalFixture.Riverside, now) with { ActingFor = Alice, Scopes = scopes });

    private static Principal Elevated(string patient, string organisation, DateTimeOffset now) =>
        Cast.Patient(patient, organisation, elevatedUntil: now.AddHours(1));

    private static Principal Kiosk(string patient, string organisation) =>
        Cast.Patient(patient, organisation, session: new string('a', 64)) with { Kind = PrincipalKind.Kiosk };

    private static Principal Staff(StaffRole role) => Cast.Erin() with { Role = role };

    // Its caller waits for no answer, and so hears of no refusal: that is in the log alone.
    private static bool IsOneWay(MethodInfo method) => method.GetCustomAttribute<OneWayAttribute>() is not null;

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
