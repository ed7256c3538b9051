using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Registration;

/// <inheritdoc cref="IRegistrationGateGrain" />
public sealed class RegistrationGateGrain(TimeProvider time) : PortalGrain(time), IRegistrationGateGrain
{
    /// <inheritdoc />
    public async Task<AdmitOutcome> Admit(AdmitPerson command)
    {
        var patient = GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, command.Patient));
        // Made by an earlier try whose answer was lost: nobody is looked for who is the same person.
        var made = (await patient.Standing()).Kind != StandingKind.Unknown;
        if (!made && await IsLikeSomebodyAsync(command)) return AdmitOutcome.Held;
        return await patient.RegisterOnline(command.Command) switch
        {
            RegisterOnlineOutcome.Registered => AdmitOutcome.Registered,
            RegisterOnlineOutcome.Busy => AdmitOutcome.Busy,
            _ => AdmitOutcome.Held,
        };
    }

    // A telephone number alone is a family's.
    private async Task<bool> IsLikeSomebodyAsync(AdmitPerson command)
    {
        var details = command.Command.Details;
        var directory = GrainFactory.GetGrain<IPatientDirectoryGrain>(GrainKeys.ForOrganisation(Organisation));
        var found = await directory.Duplicates(new DuplicateQuery
        {
            GivenName = details.GivenName,
            FamilyName = details.FamilyName,
            BirthDate = details.BirthDate,
            Contact = details.Contact,
            Except = command.Patient,
        });
        return found.Any(f => f.Reasons.Any(r => r is DuplicateReason.NameAndBirthDate or DuplicateReason.Email));
    }
}
