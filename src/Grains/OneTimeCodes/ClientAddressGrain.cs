using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <inheritdoc cref="IClientAddressGrain" />
public sealed class ClientAddressGrain(TimeProvider time) : PortalGrain(time), IClientAddressGrain
{
    private ClientAddressCounts _counts = new();

    /// <inheritdoc />
    public Task<bool> TryVerify() => AnswerAsync(ClientAddress.Verify(_counts, Now), "sign-in.refused");

    /// <inheritdoc />
    public Task<bool> TryRequest() => AnswerAsync(ClientAddress.Request(_counts, Now), "code.refused");

    /// <inheritdoc />
    public Task<bool> TryRegister() => AnswerAsync(ClientAddress.Register(_counts, Now), "registration.refused");

    /// <summary>
    /// The grain that counts for whoever the call being served comes from; null where no address is known, as for the host's own jobs.
    /// </summary>
    internal static IClientAddressGrain? OfCaller(IGrainFactory grains, KeyedHash hash, string organisation)
    {
        if (CallerContext.Current?.Address is not { Length: > 0 } address) return null;
        var bucket = hash.Hex(KeyedHash.Cookie, "address", ClientAddress.Bucket(address));
        return grains.GetGrain<IClientAddressGrain>(GrainKeys.ForClientAddress(organisation, bucket));
    }

    private async Task<bool> AnswerAsync((ClientAddressAnswer Answer, ClientAddressCounts Counts) decision, string action)
    {
        _counts = decision.Counts;
        if (decision.Answer.Report) await AuditAsync(action, AuditOutcome.Refused, reason: "too-many-from-address");
        return decision.Answer.Allowed;
    }
}
