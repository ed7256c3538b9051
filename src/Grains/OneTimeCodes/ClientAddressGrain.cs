using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.OneTimeCodes;
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

    private async Task<bool> AnswerAsync((ClientAddressAnswer Answer, ClientAddressCounts Counts) decision, string action)
    {
        _counts = decision.Counts;
        if (decision.Answer.Report) await AuditAsync(action, AuditOutcome.Refused, reason: "too-many-from-address");
        return decision.Answer.Allowed;
    }
}
