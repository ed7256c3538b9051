using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <inheritdoc cref="IPasswordResetGrain" />
/// <remarks>
/// The row is never changed: that the link works once follows from the version of the password, which every change raises.
/// </remarks>
public sealed class PasswordResetGrain(Database database, KeyedHash hashes, TimeProvider time) : PortalGrain(time), IPasswordResetGrain
{
    private string TokenHash => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<bool> IsGood() => await FindAsync() is not null;

    /// <inheritdoc />
    public async Task<ResetOutcome> Use(string password)
    {
        if (ClientAddressGrain.OfCaller(GrainFactory, hashes, Organisation) is { } counts && !await counts.TryVerify())
            return new ResetOutcome.TooMany { Until = Now + ClientAddress.Window };
        // The same form again, after its answer was lost, is the same operation: it is over only for others.
        if (await PasswordResetTable.FindAsync(database, Organisation, TokenHash) is not { Patient.Length: > 0 } reset
            || reset.ExpiresAt <= Now || !await MayAsync(reset.Patient)) return new ResetOutcome.Ended();
        var outcome = await PasswordGrain(reset.Patient).Choose(
            new ChoosePassword { Password = password, Operation = $"reset-{TokenHash}", Replaces = reset.Version });
        return outcome switch
        {
            ChoosePasswordOutcome.Chosen => new ResetOutcome.Done(),
            ChoosePasswordOutcome.TooMany many => new ResetOutcome.TooMany { Until = many.Until },
            ChoosePasswordOutcome.Refused refused => new ResetOutcome.Refused { Why = refused.Why },
            _ => new ResetOutcome.Ended(),
        };
    }

    private async Task<PasswordReset?> FindAsync()
    {
        DeactivateOnIdle();
        if (await PasswordResetTable.FindAsync(database, Organisation, TokenHash) is not { Patient.Length: > 0 } reset) return null;
        if (reset.ExpiresAt <= Now || !await MayAsync(reset.Patient)) return null;
        return (await PasswordGrain(reset.Patient).View()).Version == reset.Version ? reset : null;
    }

    /// <summary>Whether passwords are on and the patient may use the portal.</summary>
    private async Task<bool> MayAsync(string patient)
    {
        var organisation = await OrganisationAsync();
        var standing = await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient)).Standing();
        return organisation is { Settings: { PortalEnabled: true, Password: true } } && standing.Kind == StandingKind.Good;
    }

    private IPasswordGrain PasswordGrain(string patient) =>
        GrainFactory.GetGrain<IPasswordGrain>(GrainKeys.ForPassword(Organisation, patient));
}
