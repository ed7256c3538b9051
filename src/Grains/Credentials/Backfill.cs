using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Credentials;

/// <summary>The rules of making contact details credentials.</summary>
public static class Backfill
{
    /// <summary>What will come of one contact detail of one patient.</summary>
    /// <param name="kind">Email or mobile.</param>
    /// <param name="facts">The patient; null: there is none.</param>
    /// <param name="isValid">Whether the contact can be a credential at all.</param>
    /// <param name="patients">How many people of the organisation have this contact.</param>
    /// <param name="isAnothers">Whether another patient signs in with it.</param>
    public static RowOutcome Judge(CredentialKind kind, BulkFacts? facts, bool isValid, int patients, bool isAnothers)
    {
        if (facts is null) return RowOutcome.Gone;
        if (facts.LeftOut) return RowOutcome.TestPatient;
        if (facts.Credentials.Contains(kind)) return RowOutcome.AlreadySet;
        if (!isValid) return RowOutcome.Invalid;
        if (patients > 1) return RowOutcome.Shared;
        return isAnothers ? RowOutcome.Taken : RowOutcome.ToDo;
    }

    /// <summary>What came of it.</summary>
    public static RowOutcome Outcome(PromoteOutcome outcome) => outcome switch
    {
        PromoteOutcome.Promoted => RowOutcome.Done,
        PromoteOutcome.AlreadySet => RowOutcome.AlreadySet,
        PromoteOutcome.Taken => RowOutcome.Taken,
        PromoteOutcome.Invalid or PromoteOutcome.Changed => RowOutcome.Invalid,
        PromoteOutcome.Gone => RowOutcome.Gone,
        PromoteOutcome.NeedsApproval => RowOutcome.NeedsApproval,
        _ => RowOutcome.Failed,
    };
}
