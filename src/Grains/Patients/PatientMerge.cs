using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>A merge that a patient takes part in.</summary>
[GenerateSerializer, Alias("portal.PatientMergeMark")]
public sealed record PatientMergeMark
{
    /// <summary>The merge.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>What was left, by who goes; null before.</summary>
    [Id(1)] public MergeParcel? Parcel { get; init; }

    /// <summary>What became of the credentials, at who stays; null before.</summary>
    [Id(2)] public MergedCredentials? Credentials { get; init; }
}

/// <summary>
/// The rules of merging, at the two patients. Each step is a state of its own, and the same step again changes nothing and answers the
/// same. While a patient is frozen nothing changes credentials or details; blocking still works, and goes along.
/// </summary>
public static class PatientMerge
{
    /// <summary>Whether there is such a patient, and they were not merged into another.</summary>
    public static bool IsHere(PatientState state) => state is { Registered: true, MergedInto: "" };

    /// <summary>Freezes for a merge; why not where it can't.</summary>
    public static (MergeRefusal? Refusal, PatientState State) Freeze(PatientState state, string operation)
    {
        if (!state.Registered) return (MergeRefusal.Unknown, state);
        if (state.Merge is { } mark) return (mark.Operation == operation ? null : MergeRefusal.Busy, state);
        if (state.MergedInto.Length > 0) return (MergeRefusal.Merged, state);
        if (state.BlockedAt is not null) return (MergeRefusal.Blocked, state);
        if (state.Pending is not null) return (MergeRefusal.Busy, state);
        return (null, state with { Merge = new PatientMergeMark { Operation = operation } });
    }

    /// <summary>What it is judged by whether the patient may be merged.</summary>
    public static MergeFacts Facts(PatientState state) => new()
    {
        CaregiverOnly = state.CaregiverOnly,
        SecondFactor = PatientMfa.IsOn(state),
        GetsIn = state.Credentials.Count > 0 || state.LastSignIn is not null,
        CodesToContact = PatientDestinations.MayGoToContact(state),
        ContactEmail = state.Contact.Email,
    };

    /// <summary>Why two patients who are frozen are not merged; null where they may be.</summary>
    /// <param name="command">What was chosen.</param>
    /// <param name="survivor">Who stays.</param>
    /// <param name="loser">Who goes.</param>
    /// <param name="approvals">Whether a second staff member approves changes of how patients sign in.</param>
    public static MergeRefusal? Refusal(MergePatients command, MergeFacts survivor, MergeFacts loser, bool approvals)
    {
        if (survivor.CaregiverOnly || loser.CaregiverOnly) return MergeRefusal.Caregiver;
        if (loser.SecondFactor && !survivor.SecondFactor) return MergeRefusal.SecondFactor;
        if (!approvals || !(survivor.GetsIn || loser.GetsIn)) return null;
        // Either's way in would open what was the other's.
        if (survivor.GetsIn && loser.GetsIn) return MergeRefusal.NeedsApproval;
        var (theirs, kept) = (survivor.GetsIn ? survivor : loser, command.FromLoser.Contains(MergeField.Email) ? loser : survivor);
        return theirs.CodesToContact && kept.ContactEmail != theirs.ContactEmail ? MergeRefusal.NeedsApproval : null;
    }

    /// <summary>Ends the freezing, once the merge is over or was refused. The same state where there is none of this merge.</summary>
    public static PatientState Thaw(PatientState state, string operation) =>
        state.Merge?.Operation == operation ? state with { Merge = null } : state;

    /// <summary>
    /// Who goes leaves everything: no way in works any more, and the record says where it went. There is no return after this.
    /// </summary>
    public static (MergeParcel Parcel, PatientState State) Depart(
        PatientState state, string id, string operation, string survivor, AuditEntry entry)
    {
        if (state.Merge?.Operation != operation) throw new InvalidOperationException("The patient is not frozen for this merge.");
        if (state.Merge.Parcel is { } left) return (left, state);
        var parcel = new MergeParcel
        {
            Patient = Patient.View(state, id)!,
            Level = state.Level,
            Credentials = [.. state.Credentials.Select(Moved)],
            Practitioners = state.Practitioners,
            LastSignIn = state.LastSignIn,
            BlockedAt = state.BlockedAt,
            BlockReason = state.BlockReason,
        };
        var next = PatientAccess.WaysInEnded(state, entry.At) with
        {
            Level = AccessLevel.NoAccess,
            Credentials = [],
            Request = null,
            MergedInto = survivor,
            Merge = state.Merge with { Parcel = parcel },
        };
        return (parcel, PatientAccess.Noted(next, entry));
    }

    /// <summary>
    /// Who stays takes in what was left: the chosen details, the credentials, access where either had it, a block that came meanwhile, the
    /// tags of both, and of the practitioners only those whom both may book. Sessions end, since what one signs in with may have changed.
    /// </summary>
    public static (MergedCredentials Credentials, PatientState State) Absorb(PatientState state, AbsorbPatient command, string? country)
    {
        if (state.Merge?.Operation != command.Operation) throw new InvalidOperationException("The patient is not frozen for this merge.");
        if (state.Merge.Credentials is { } done) return (done, state);
        var (parcel, choice) = (command.Parcel, command.Choice);
        var credentials = Divide(state, parcel, choice);
        var next = PatientAccess.SessionsEnded(Chosen(state, parcel.Patient, choice.FromLoser, country), command.Entry.At) with
        {
            Credentials =
            [
                .. state.Credentials.Where(c => credentials.Replaced.All(r => r.Kind != c.Kind))
                    .Concat(credentials.Taken.Select(Bound)).OrderBy(c => c.Kind),
            ],
            CurrentInvitation = credentials.Replaced.Count > 0 ? null : state.CurrentInvitation,
            LastSignIn = state.LastSignIn > parcel.LastSignIn || parcel.LastSignIn is null ? state.LastSignIn : parcel.LastSignIn,
            Tags = [.. state.Tags.Union(parcel.Patient.Tags).Order(StringComparer.Ordinal).Take(PatientTag.Most)],
            Practitioners = state.Practitioners is { } mine && parcel.Practitioners is { } theirs
                ? [.. mine.Intersect(theirs)]
                : state.Practitioners ?? parcel.Practitioners,
            DetailsVersion = state.DetailsVersion + 1,
            BlockedAt = state.BlockedAt ?? parcel.BlockedAt,
            BlockReason = state.BlockedAt is null ? parcel.BlockReason : state.BlockReason,
            Merge = state.Merge with { Credentials = credentials },
        };
        if (PatientDestinations.MayGoToContact(state))
            next = PatientDestinations.OldContactTold(next, state.Contact.Email, $"{command.Operation}/survivor");
        if (PatientDestinations.MayGoToContact(state with { Credentials = [.. parcel.Credentials.Select(Bound)] }))
            next = PatientDestinations.OldContactTold(next, parcel.Patient.Contact.Email, $"{command.Operation}/loser");
        if (state.BlockedAt is null && parcel.BlockedAt is not null) next = PatientAccess.WaysInEnded(next, command.Entry.At);
        var either = state.Level == AccessLevel.CanAccess || parcel.Level == AccessLevel.CanAccess;
        var level = either && PatientAccess.Missing(next).Count == 0 ? AccessLevel.CanAccess : AccessLevel.NoAccess;
        return (credentials, PatientAccess.Noted(next with { Level = level }, command.Entry));
    }

    private static MergedCredentials Divide(PatientState state, MergeParcel parcel, MergePatients choice)
    {
        MovedCredential[] taken =
        [
            .. parcel.Credentials.Where(
                c => PatientCredentials.Of(state, c.Kind) is null || choice.CredentialsFromLoser.Contains(c.Kind)),
        ];
        return new MergedCredentials
        {
            Taken = taken,
            Left = [.. parcel.Credentials.Except(taken)],
            Replaced = [.. state.Credentials.Where(c => taken.Any(t => t.Kind == c.Kind)).Select(Moved)],
        };
    }

    private static PatientState Chosen(PatientState state, PatientView other, IReadOnlyList<MergeField> fields, string? country)
    {
        var (mine, theirs) = (state.Contact, other.Contact);
        var contact = new ContactDetails
        {
            Email = Of(MergeField.Email, mine.Email, theirs.Email),
            Mobile = Of(MergeField.Mobile, mine.Mobile, theirs.Mobile),
            HomePhone = Of(MergeField.HomePhone, mine.HomePhone, theirs.HomePhone),
            Street = Of(MergeField.Address, mine.Street, theirs.Street),
            Town = Of(MergeField.Address, mine.Town, theirs.Town),
            PostalCode = Of(MergeField.Address, mine.PostalCode, theirs.PostalCode),
        };
        return PatientDetails.Written(
            state, Of(MergeField.GivenName, state.GivenName, other.GivenName),
            Of(MergeField.FamilyName, state.FamilyName, other.FamilyName),
            Of(MergeField.BirthDate, state.BirthDate, other.BirthDate), contact, country);

        T Of<T>(MergeField field, T one, T another) => fields.Contains(field) ? another : one;
    }

    private static MovedCredential Moved(BoundCredential bound) => new()
    {
        Kind = bound.Kind,
        Value = bound.Value,
        Hash = bound.Hash,
        SetAt = bound.SetAt,
        VerifiedAt = bound.VerifiedAt,
    };

    private static BoundCredential Bound(MovedCredential moved) => new()
    {
        Kind = moved.Kind,
        Value = moved.Value,
        Hash = moved.Hash,
        SetAt = moved.SetAt,
        VerifiedAt = moved.VerifiedAt,
    };
}
