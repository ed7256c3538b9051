using Orleans;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Credentials;

/// <summary>How far a claim has come. The names are stored: never rename one.</summary>
[GenerateSerializer, Alias("portal.ClaimStage")]
public enum ClaimStage
{
    /// <summary>Nobody has it.</summary>
    Free,

    /// <summary>Kept for an operation whose outcome is not decided here.</summary>
    Reserved,

    /// <summary>A patient signs in with it.</summary>
    Held,
}

/// <summary>What is stored of who has one email, mobile number or username.</summary>
[GenerateSerializer, Alias("portal.CredentialClaimState")]
public sealed record CredentialClaimState
{
    /// <summary>How far the claim has come.</summary>
    [Id(0)] public ClaimStage Stage { get; init; }

    /// <summary>For whom it is reserved or who holds it; empty while free.</summary>
    [Id(1)] public string Patient { get; init; } = "";

    /// <summary>The operation that reserved it; empty while free.</summary>
    [Id(2)] public string Operation { get; init; } = "";

    /// <summary>The last operations that are over here, at most <see cref="CredentialClaim.MaxOver"/>, oldest first.</summary>
    [Id(3)] public IReadOnlyList<ClaimOperation> Over { get; init; } = [];
}

/// <summary>One patient's operation.</summary>
[GenerateSerializer, Alias("portal.ClaimOperation")]
public sealed record ClaimOperation
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>The operation.</summary>
    [Id(1)] public string Operation { get; init; } = "";
}

/// <summary>
/// The rules of a claim: free, reserved for an operation, held. Time never changes it; only the patient that has it does. An operation
/// that is over stays over: a call of it that arrives late, after its saga was finished by another activation, neither reserves nor frees
/// anything.
/// </summary>
public static class CredentialClaim
{
    /// <summary>
    /// How many operations that are over are remembered. Ours: late calls come within seconds, and a credential changes hands once in
    /// years.
    /// </summary>
    public const int MaxOver = 8;

    /// <summary>Who holds it; null where nobody does, or it is only reserved.</summary>
    public static string? Holder(CredentialClaimState state) => state.Stage == ClaimStage.Held ? state.Patient : null;

    /// <summary>Reserves it for an operation, unless another patient has it. What the same patient has stays as it is.</summary>
    public static (ReserveOutcome Outcome, CredentialClaimState State) Reserve(CredentialClaimState state, string operation, string patient)
    {
        var anothers = state.Stage != ClaimStage.Free && state.Patient != patient;
        if (anothers) return (new ReserveOutcome.Taken { Patient = state.Patient }, state);
        if (state.Stage == ClaimStage.Held) return (new ReserveOutcome.Reserved(), state);
        // Nobody waits for the answer of an operation that is over; a reservation made for it would never be freed.
        if (IsOver(state, operation, patient)) return (new ReserveOutcome.Taken(), state);
        var reserved = state with { Stage = ClaimStage.Reserved, Patient = patient, Operation = operation };
        return (new ReserveOutcome.Reserved(), state == reserved ? state : reserved);
    }

    /// <summary>
    /// Turns the operation's reservation into possession. False where it has none, and the patient does not hold it already.
    /// </summary>
    public static (bool Held, CredentialClaimState State) Hold(CredentialClaimState state, string operation, string patient)
    {
        if (state.Stage == ClaimStage.Held) return (state.Patient == patient, state);
        if (state.Stage == ClaimStage.Free || state.Patient != patient || state.Operation != operation) return (false, state);
        return (true, state with { Stage = ClaimStage.Held });
    }

    /// <summary>
    /// Ends an operation here: what the patient has is free, and the operation is over. The same state where it was over before, or where
    /// there is nothing to free and nothing to remember.
    /// </summary>
    public static CredentialClaimState Release(CredentialClaimState state, string operation, string patient)
    {
        if (IsOver(state, operation, patient)) return state;
        List<ClaimOperation> over = [.. state.Over, new() { Patient = patient, Operation = operation }];
        var theirs = state.Stage != ClaimStage.Free && state.Patient == patient;
        // The operation that had reserved it is over too: its own late calls must not bring the reservation back.
        if (theirs && state.Operation != operation) over.Add(new() { Patient = patient, Operation = state.Operation });
        over = over.TakeLast(MaxOver).ToList();
        return theirs
            ? new CredentialClaimState { Over = over }
            : state with { Over = over };
    }

    /// <summary>
    /// Hands it from the patient who holds it to another; what the one did here is over. False where neither holds it.
    /// </summary>
    public static (bool Done, CredentialClaimState State) Transfer(CredentialClaimState state, string operation, string from, string to)
    {
        if (state.Stage != ClaimStage.Held || (state.Patient != from && state.Patient != to)) return (false, state);
        if (state.Patient == to) return (true, state);
        List<ClaimOperation> over = [.. state.Over, new() { Patient = from, Operation = state.Operation }];
        return (true, state with { Patient = to, Operation = operation, Over = over.TakeLast(MaxOver).ToList() });
    }

    private static bool IsOver(CredentialClaimState state, string operation, string patient) =>
        state.Over.Any(o => o.Operation == operation && o.Patient == patient);
}
