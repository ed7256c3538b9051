using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>The rules of bulk work, as far as a patient has a say in it.</summary>
public static class PatientBulk
{
    /// <summary>What it judges by; null where there is no such patient.</summary>
    public static BulkFacts? Facts(PatientState state, DateTimeOffset now) => !state.Registered ? null : new BulkFacts
    {
        LeftOut = state.Test || state.MergedInto.Length > 0,
        Access = PatientAccess.State(state),
        Missing = PatientAccess.Missing(state),
        Invitation = Invitation(state, now),
        CurrentInvitation = state.CurrentInvitation,
        Credentials = [.. state.Credentials.Select(c => c.Kind)],
        Email = state.Contact.Email,
        Mobile = state.Contact.Mobile,
        SignedIn = state.LastSignIn is not null,
    };

    /// <summary>How the last invitation stands, judged by its deadline.</summary>
    public static PatientInvitation Invitation(PatientState state, DateTimeOffset now)
    {
        var last = PatientAccess.LastInvitation(state);
        return last == PatientInvitation.Pending && state.InvitedUntil <= now ? PatientInvitation.Expired : last;
    }

    /// <summary>
    /// The contact detail that can be made a credential; null where there is none, or what is on file is none of its kind.
    /// </summary>
    public static CredentialValue? Contact(string email, string mobile, CredentialKind kind, string? country) => kind switch
    {
        CredentialKind.Email => Credential.Parse(kind, email, country).Value,
        CredentialKind.Mobile => Credential.Parse(kind, mobile, country).Value,
        _ => null,
    };

    /// <summary>Why nothing is promoted; null where it can be.</summary>
    public static PromoteOutcome? Refusal(PatientState state, CredentialKind kind, CredentialValue? value)
    {
        if (!state.Registered || state.Test || state.MergedInto.Length > 0) return PromoteOutcome.Gone;
        if (PatientCredentials.Of(state, kind) is not null) return PromoteOutcome.AlreadySet;
        return value is null ? PromoteOutcome.Invalid : null;
    }

    /// <summary>What the backfill is told of an operation that has ended.</summary>
    public static PromoteOutcome Outcome(FinishedOperation finished) => finished.Result switch
    {
        PatientOperationResult.Taken => PromoteOutcome.Taken,
        PatientOperationResult.Unchanged => PromoteOutcome.AlreadySet,
        _ => PromoteOutcome.Promoted,
    };
}
