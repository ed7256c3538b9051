using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// Who holds one email address, mobile number or username in one organisation. Key: <c>{org}/{kind}/{keyed hash of the canonical
/// value}</c>, so that neither keys nor logs hold the value. Only the patient grain and a merge change it, as part of a saga (see security
/// rules, "Consistency between grains"). Calls no other grain.
/// </summary>
[Alias("portal.ICredentialGrain"), Repeatable]
public interface ICredentialGrain : IGrainWithStringKey
{
    /// <summary>The patient who holds it; null where it is free or only reserved.</summary>
    [Alias("Holder"), Door(Callers.Grain)]
    Task<string?> Holder();

    /// <summary>Keeps it for an operation. The same operation may ask again; a reservation is never freed by time alone.</summary>
    [Alias("Reserve"), Door(Callers.Grain)]
    Task<ReserveOutcome> Reserve(string operation, string patient);

    /// <summary>Turns the reservation of this operation into possession. Idempotent. False where the operation holds no
    /// reservation.</summary>
    [Alias("Hold"), Door(Callers.Grain)]
    Task<bool> Hold(string operation, string patient);

    /// <summary>
    /// Hands it from a patient who holds it to the one they are merged into, in one step, so that nobody else gets it in between. True
    /// where the other holds it, now or before.
    /// </summary>
    [Alias("Transfer"), Door(Callers.Grain)]
    Task<bool> Transfer(string operation, string from, string to);

    /// <summary>Frees it, whether reserved or held, when it is this patient's; otherwise nothing happens. Idempotent.</summary>
    [Alias("Release"), Door(Callers.Grain)]
    Task Release(string operation, string patient);
}

/// <summary>What came of a reservation.</summary>
[GenerateSerializer, Alias("portal.ReserveOutcome")]
public abstract record ReserveOutcome
{
    private ReserveOutcome() { }

    /// <summary>Kept for the operation, or held by the same patient already.</summary>
    [GenerateSerializer, Alias("portal.ReserveOutcome.Reserved")]
    public sealed record Reserved : ReserveOutcome;

    /// <summary>Another patient of the organisation has it.</summary>
    [GenerateSerializer, Alias("portal.ReserveOutcome.Taken")]
    public sealed record Taken : ReserveOutcome
    {
        /// <summary>That patient's id.</summary>
        [Id(0)] public string Patient { get; init; } = "";
    }
}
