using Orleans;
using Orleans.Concurrency;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

/// <inheritdoc cref="IAccessDiagnosisGrain" />
[StatelessWorker]
public sealed class AccessDiagnosisGrain(KeyedHash hashes, TimeProvider time) : PortalGrain(time), IAccessDiagnosisGrain
{
    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<AccessFinding>> Diagnose()
    {
        var (organisation, access) = (OrganisationAsync(), Grain<IPatientGrain>().OnlineAccess());
        await Task.WhenAll(organisation, access);
        if (await organisation is not { } clinic || await access is not { } view) return [];
        var (password, locked, holder) = (
            Grain<IPasswordGrain>().View(), LockedUntilAsync(view), HolderAsync(view.Patient.Contact.Email));
        var (invitations, links) = (Grain<IInvitationListGrain>().List(), Grain<IPatientLinkListGrain>().List());
        var messages = GrainFactory.GetGrain<IDeliveryLogGrain>(Organisation).OfPatient(Patient, 1);
        await Task.WhenAll(password, locked, holder, invitations, links, messages);
        return AccessDiagnosis.Of(
            new AccessFacts
            {
                Settings = clinic.Settings,
                Access = view,
                Password = await password,
                LockedUntil = await locked,
                EmailTakenBy = await holder,
                Invitation = (await invitations).FirstOrDefault(),
                Link = (await links).FirstOrDefault(),
                Message = (await messages).FirstOrDefault(),
            },
            Now);
    }

    // Locked out is who is locked out of every credential that codes go to.
    private async Task<DateTimeOffset?> LockedUntilAsync(OnlineAccessView view)
    {
        var credentials = view.Credentials.Where(c => c.Kind != CredentialKind.Username).ToArray();
        if (credentials.Length == 0) return null;
        var until = await Task.WhenAll(credentials.Select(c => GrainFactory
            .GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Organisation, c.Kind, HashOf(c.Kind, c.Value))).LockedUntil()));
        return until.Contains(null) ? null : until.Min();
    }

    private async Task<string> HolderAsync(string email)
    {
        if (Credential.Parse(CredentialKind.Email, email, null).Value is not { } value) return "";
        var key = GrainKeys.ForCredential(Organisation, value.Kind, HashOf(value.Kind, value.Value));
        var holder = await GrainFactory.GetGrain<ICredentialGrain>(key).Holder();
        return holder is null || holder == Patient ? "" : holder;
    }

    private string HashOf(CredentialKind kind, string value) => CredentialHash.Of(hashes, Organisation, kind, value);

    private T Grain<T>() where T : IGrainWithStringKey => GrainFactory.GetGrain<T>(GrainKeys.ForPatient(Organisation, Patient));
}
