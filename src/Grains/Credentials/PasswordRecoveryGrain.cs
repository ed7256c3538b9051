using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <inheritdoc cref="IPasswordRecoveryGrain" />
/// <remarks>
/// Known and unknown take the same steps: the holder and the patient are asked (a nobody where there is none), a row is written, a message
/// is queued that goes nowhere. What is sent is sent after the answer.
/// </remarks>
public sealed class PasswordRecoveryGrain(
    Database database, Outbox outbox, KeyedHash hashes, PortalAddress address, TimeProvider time)
    : PortalGrain(time), IPasswordRecoveryGrain
{
    private string Subject => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<RecoveryOutcome> Request(RequestRecovery command)
    {
        if (ClientAddressGrain.OfCaller(GrainFactory, hashes, Organisation) is { } counts && !await counts.TryRequest())
            return new RecoveryOutcome.TooMany { Until = Now + ClientAddress.Window };
        var organisation = await OrganisationAsync();
        if (organisation is not { Settings: { PortalEnabled: true, Password: true } }) return new RecoveryOutcome.OnItsWay();
        var before = await PasswordResetTable.MadeAtAsync(database, Organisation, Subject, Now);
        if (RecoveryBudget.NextAt(before, Now) is { } until) return new RecoveryOutcome.TooMany { Until = until };
        var (patient, facts) = await FindAsync(command.PostalCode);
        var version = (await GrainFactory.GetGrain<IPasswordGrain>(GrainKeys.ForPassword(Organisation, patient)).View()).Version;
        await SendAsync(patient, facts, version, organisation);
        DeactivateOnIdle();
        return new RecoveryOutcome.OnItsWay();
    }

    private async Task<(string Patient, PasswordFacts? Facts)> FindAsync(string postalCode)
    {
        if (!GrainKeys.TrySubject(Subject, out var kind, out var valueHash)) return (Ids.Derive("nobody", Key), null);
        var value = valueHash.ToString();
        var holder = await GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, kind, value)).Holder();
        var patient = holder ?? Ids.Derive("nobody", Key);
        var facts = await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient)).Recovery(value, postalCode);
        return (patient, holder is null ? null : facts);
    }

    private async Task SendAsync(string patient, PasswordFacts? facts, int version, OrganisationView organisation)
    {
        var token = Tokens.New();
        var expires = Now + PasswordLimits.ResetLifetime;
        var reset = new PasswordReset(facts is null ? "" : patient, version, expires);
        // The row first: a link that is sent works.
        await database.WriteAsync(PasswordResetTable.Add(Organisation, Tokens.Hash(token), Subject, reset, Now));
        var message = new OutgoingMessage
        {
            Id = Ids.Derive("m", $"reset/{Organisation}/{Tokens.Hash(token)}"),
            Organisation = Organisation,
            Patient = facts is null ? null : patient,
            Channel = facts is null ? MessageChannel.None : MessageChannel.Email,
            To = facts?.Email ?? "",
            Kind = MessageKind.PasswordReset,
            Details = new MessageDetails
            {
                RecipientName = facts?.GivenName,
                Link = address.Of(Organisation, $"reset/{token}"),
                Deadline = expires,
            },
            Branding = OrganisationBranding.Of(organisation),
            NotAfter = expires,
        };
        await Task.WhenAll(
            outbox.EnqueueAsync(message),
            AuditAsync("password.reset-requested", facts is null ? AuditOutcome.Refused : AuditOutcome.Done,
                facts is null ? null : patient, facts is null ? "no-match" : null));
    }
}
