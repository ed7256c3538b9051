using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Credentials;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

/// <summary>The rules of a claim, step by step.</summary>
public sealed class CredentialClaimTests
{
    private const string Alice = "p-alice";
    private const string Bob = "p-bob";

    // Steps: R reserve, H hold, X release; a for Alice, b for Bob; a digit for the operation. Then the stage, and who has it.
    [Theory]
    [InlineData("", ClaimStage.Free, "")]
    [InlineData("Ra1", ClaimStage.Reserved, Alice)]
    [InlineData("Ra1 Ra1", ClaimStage.Reserved, Alice)]
    [InlineData("Ra1 Rb2", ClaimStage.Reserved, Alice)]
    [InlineData("Ra1 Ha1", ClaimStage.Held, Alice)]
    [InlineData("Ra1 Ha1 Ha1", ClaimStage.Held, Alice)]
    [InlineData("Ra1 Hb1", ClaimStage.Reserved, Alice)]
    [InlineData("Ra1 Ha2", ClaimStage.Reserved, Alice)]
    [InlineData("Ha1", ClaimStage.Free, "")]
    [InlineData("Ra1 Ha1 Rb2 Hb2", ClaimStage.Held, Alice)]
    [InlineData("Ra1 Ha1 Xb2", ClaimStage.Held, Alice)]
    [InlineData("Ra1 Xa1", ClaimStage.Free, "")]
    [InlineData("Ra1 Ha1 Xa2", ClaimStage.Free, "")]
    [InlineData("Ra1 Ha1 Xa2 Rb3 Hb3", ClaimStage.Held, Bob)]
    [InlineData("Ra1 Ha1 Xa2 Ra3 Ha3", ClaimStage.Held, Alice)]
    public void A_claim_is_free_reserved_or_held(string steps, ClaimStage stage, string patient)
    {
        var state = After(steps);
        Assert.Equal((stage, patient), (state.Stage, state.Patient));
        Assert.Equal(stage == ClaimStage.Held ? patient : null, CredentialClaim.Holder(state));
    }

    [Theory]
    [InlineData("Rb2 Xb2 Rb2", ClaimStage.Free, "a reservation of an operation that was aborted")]
    [InlineData("Ra1 Ha1 Xa2 Ra1", ClaimStage.Free, "the first operation's reservation, after a later one freed it")]
    [InlineData("Ra1 Ha1 Xa2 Ha1", ClaimStage.Free, "the first operation's hold")]
    [InlineData("Ra1 Ha1 Xa2 Ra3 Ha3 Xa2", ClaimStage.Held, "a release, after the patient took it again")]
    [InlineData("Ra1 Ha1 Rb2 Xb2 Xa3 Rb2", ClaimStage.Free, "a reservation that had been refused")]
    public void A_call_that_comes_late_changes_nothing(string steps, ClaimStage stage, string what)
    {
        Assert.True(stage == After(steps).Stage, what);
    }

    [Fact]
    public void A_reservation_of_anothers_credential_says_whose_it_is()
    {
        foreach (var steps in new[] { "Ra1", "Ra1 Ha1" })
        {
            var (outcome, _) = CredentialClaim.Reserve(After(steps), "2", Bob);
            Assert.Equal(Alice, Assert.IsType<ReserveOutcome.Taken>(outcome).Patient);
        }
    }

    [Fact]
    public void The_same_operation_of_two_patients_is_two_operations()
    {
        Assert.Equal(Alice, After("Rb1 Xb1 Ra1 Ha1").Patient);
    }

    [Fact]
    public void Operations_that_are_over_are_remembered_within_a_bound()
    {
        var state = new CredentialClaimState();
        for (var i = 0; i < 100; i++)
        {
            state = CredentialClaim.Reserve(state, $"{i}", Alice).State;
            state = CredentialClaim.Release(state, $"{i}", Alice);
        }

        Assert.Equal(CredentialClaim.MaxOver, state.Over.Count);
        Assert.Same(state, CredentialClaim.Release(state, "99", Alice));
    }

    private static CredentialClaimState After(string steps) =>
        steps.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(new CredentialClaimState(), (state, step) =>
        {
            var patient = step[1] == 'a' ? Alice : Bob;
            var operation = step[2..];
            return step[0] switch
            {
                'R' => CredentialClaim.Reserve(state, operation, patient).State,
                'H' => CredentialClaim.Hold(state, operation, patient).State,
                _ => CredentialClaim.Release(state, operation, patient),
            };
        });
}
