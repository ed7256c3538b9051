using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>What was sent before a patient was blocked, or had a credential changed or cleared, opens nothing any more.</summary>
public sealed class DeadCodeTests
{
    /// <summary>What staff do while the code lies in the mailbox, and undo again.</summary>
    public static TheoryData<string> Ends => new("block", "take access", "clear", "change", "end sessions");

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_sign_in_code_of_before_is_dead_though_everything_is_as_it_was(string what)
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        await EndAsync(desk, what);
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code));
        // The notice to the address of before is sent first.
        await desk.Portal.MailAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        await desk.SignInAsync();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_code_of_before_is_dead_after_a_restart_too(string what)
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        await EndAsync(desk, what);
        await desk.Portal.RestartAsync();
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code));
    }

    [Fact]
    public async Task A_blocked_patient_cannot_even_guess()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("stolen phone"));
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), "000000"));
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(Tokens.New(), code));
    }

    // And back again: the code must not come to life with it.
    private static Task EndAsync(SignInDesk desk, string what)
    {
        var alice = desk.Portal.Patient(desk.Alice);
        return desk.Portal.AsAsync(Cast.Dana(), async () =>
        {
            switch (what)
            {
                case "block":
                    await alice.Block("by mistake");
                    await alice.Unblock();
                    break;
                case "take access":
                    await alice.SetAccess(AccessLevel.NoAccess);
                    await alice.SetAccess(AccessLevel.CanAccess);
                    break;
                case "clear":
                    await alice.ClearCredential(CredentialKind.Email, "clear");
                    await SetAsync(alice, SignInDesk.AliceEmail, "again");
                    await alice.SetAccess(AccessLevel.CanAccess);
                    break;
                case "change":
                    await SetAsync(alice, "other@example.org", "there");
                    await SetAsync(alice, SignInDesk.AliceEmail, "back");
                    break;
                default:
                    await alice.EndAllSessions();
                    break;
            }
        });
    }

    private static async Task SetAsync(IPatientGrain patient, string email, string operation) =>
        Assert.IsType<SetCredentialOutcome.Bound>(await patient.SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = email,
            Operation = operation,
            ConfirmedWithPatient = true,
        }));
}
