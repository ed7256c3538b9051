using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

// Somebody who has registered online.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task<RegisterOnlineOutcome> RegisterOnline(RegisterOnline command)
    {
        RequireOperation(command.Operation);
        if (!await TrySettleAsync()) return RegisterOnlineOutcome.Busy;
        if (Past(PatientOperation.Online, command.Operation) is { } past) return PatientOnline.Outcome(past);
        if (State.Registered || !Patient.IsValid(command.Details, Now)) return RegisterOnlineOutcome.Invalid;
        (string, string)? email = null;
        if (command.EmailProved)
        {
            if (Credential.Parse(CredentialKind.Email, command.Details.Contact.Email, null).Value is not { } address)
                return RegisterOnlineOutcome.Invalid;
            email = (address.Value, Hash(address));
        }

        var country = (await OrganisationAsync())?.Country;
        await BeginAsync(PatientOnline.Begin(State, command, email, country, Entry("patient.registered", command.Operation, "online")));
        return PatientOnline.Outcome(Past(PatientOperation.Online, command.Operation)!);
    }
}
