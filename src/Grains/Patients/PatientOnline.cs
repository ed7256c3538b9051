using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

/// <summary>
/// The rules of registering online. The claim of the email comes first and the patient is on file with its commit, so that nobody is on
/// file twice because two were quick. Until then the details are in the state of a patient who is not registered.
/// </summary>
public static class PatientOnline
{
    /// <summary>How the operation ended.</summary>
    public static RegisterOnlineOutcome Outcome(FinishedOperation finished) => finished.Result switch
    {
        PatientOperationResult.Registered => RegisterOnlineOutcome.Registered,
        PatientOperationResult.WithoutAccess => RegisterOnlineOutcome.WithoutAccess,
        _ => RegisterOnlineOutcome.AddressTaken,
    };

    /// <summary>
    /// Begins: the intent to claim the email where it is proved; else the patient is on file at once, without access.
    /// </summary>
    /// <param name="state">The state, of nobody.</param>
    /// <param name="command">Who.</param>
    /// <param name="email">The contact email, canonical, and its keyed hash; null where it is not proved.</param>
    /// <param name="country">The organisation's country, by which national telephone numbers are read.</param>
    /// <param name="entry">Says that the patient was registered.</param>
    public static PatientState Begin(
        PatientState state, RegisterOnline command, (string Value, string Hash)? email, string? country, AuditEntry entry)
    {
        var filled = Patient.Register(state, command.Details with { Origin = PatientOrigin.Online }, country);
        if (email is not { } proved)
        {
            return PatientCredentials.Ended(
                PatientAccess.Noted(filled, entry), PatientOperation.Online, command.Operation, PatientOperationResult.WithoutAccess);
        }

        return filled with
        {
            Registered = false,
            Pending = new CredentialChange
            {
                Operation = command.Operation,
                Command = PatientOperation.Online,
                Kind = CredentialKind.Email,
                Value = proved.Value,
                Hash = proved.Hash,
                Entry = entry,
                EvenWithoutEmail = command.EvenWithoutEmail,
            },
        };
    }

    /// <summary>Goes on once the claim has answered: on file with access, on file without, or nobody.</summary>
    public static PatientState Decide(PatientState state, CredentialChange change, ReserveOutcome claim, DateTimeOffset now)
    {
        if (claim is not ReserveOutcome.Taken)
        {
            var bound = new BoundCredential
            {
                Kind = change.Kind,
                Value = change.Value,
                Hash = change.Hash,
                SetAt = now,
                VerifiedAt = now,
            };
            var next = state with
            {
                Registered = true,
                Level = AccessLevel.CanAccess,
                Credentials = [bound],
                Pending = change with { Step = ChangeStep.Committed, Result = PatientOperationResult.Registered },
            };
            return PatientAccess.Noted(next, change.Entry, Also(change, "patient.access-given"));
        }

        if (change.EvenWithoutEmail)
        {
            var without = change with { Step = ChangeStep.Aborted, Result = PatientOperationResult.WithoutAccess };
            return PatientAccess.Noted(state with { Registered = true, Pending = without }, change.Entry);
        }

        // Nobody is on file; what was typed does not stay.
        return new PatientState
        {
            Version = state.Version,
            Finished = state.Finished,
            Pending = change with { Value = "", Step = ChangeStep.Aborted, Result = PatientOperationResult.AddressTaken },
        };
    }

    private static AuditEntry Also(CredentialChange change, string action) => change.Entry with
    {
        Id = Ids.Derive("a", $"{change.Entry.Id}/{action}"),
        Action = action,
        Reason = "registered-online",
    };
}
