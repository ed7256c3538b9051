using Orleans.Concurrency;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <inheritdoc cref="ICredentialRequestListGrain" />
[StatelessWorker]
public sealed class CredentialRequestListGrain(Database database, TimeProvider time) : PortalGrain(time), ICredentialRequestListGrain
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<CredentialRequestRow>> List()
    {
        var patients = await CredentialRequestTable.OpenAsync(database, Organisation, Now);
        var views = await Task.WhenAll(patients.Select(patient => GrainFactory
            .GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient)).OnlineAccess()));
        return
        [
            .. views.Where(v => v?.CredentialRequest is not null)
                .Select(v => new CredentialRequestRow { Patient = v!.Patient, Request = v.CredentialRequest! }),
        ];
    }
}
