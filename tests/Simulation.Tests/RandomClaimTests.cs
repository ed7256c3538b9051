using FsCheck;
using FsCheck.Fluent;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>Three patients, a few credentials in several spellings, and staff who set and clear them at random while writes go
/// wrong.</summary>
public sealed class RandomClaimTests
{
    private const int Sequences = 25;
    private static readonly string[] Spellings = ["a@x.org", " A@X.org", "b@x.org", "a+tag@x.org"];
    private static readonly string[] Names = ["Alice", "Bob", "Carol"];

    [Fact]
    public void Whatever_is_set_and_cleared_in_whatever_order_no_two_patients_hold_one_credential()
    {
        var steps = Gen.Choose(0, int.MaxValue).ArrayOf(12).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithReplay(20261121, 1),
            Prop.ForAll(steps, sequence => RunAsync(sequence).GetAwaiter().GetResult()));
    }

    private static async Task RunAsync(int[] steps)
    {
        await using var world = await World.OpenAsync();
        var patients = new List<string>();
        foreach (var name in Names) patients.Add(await world.Portal.RegisterAsync(name, email: $"{name}@example.org"));
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            world.Break((1 + step % 9, (WriteFault)(step / 9 % 6)));
            await StepAsync(world, patients[step / 54 % patients.Count], step / 162, $"op-{index}");
            await world.MendAsync();
        }

        await world.CheckInvariantsAsync($"steps {string.Join(' ', steps)}", [.. patients]);
    }

    private static Task<object> StepAsync(World world, string patient, int choice, string operation) =>
        world.InsistAsync<object>(Cast.Dana(), async () =>
        choice % 4 == 0
            ? await world.Portal.Patient(patient).ClearCredential(CredentialKind.Email, operation)
            : await world.Portal.Patient(patient).SetCredential(new SetCredential
            {
                Kind = CredentialKind.Email,
                Value = Spellings[choice / 4 % Spellings.Length],
                Operation = operation,
                ConfirmedWithPatient = true,
            }));
}
