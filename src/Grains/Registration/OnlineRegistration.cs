using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;

namespace Portal.Grains.Registration;

/// <summary>What others know that decides how a registration stands.</summary>
/// <param name="Open">Whether the portal is on and takes registrations.</param>
/// <param name="Current">Whether it is the one that counts for its address.</param>
public sealed record RegistrationFacts(bool Open, bool Current);

/// <summary>The rules of registering online.</summary>
public static class OnlineRegistration
{
    /// <summary>
    /// For how long the operation that pressed the button may come again, as after a crash. Ours: as long as a browser tries.
    /// </summary>
    public static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(10);

    /// <summary>Registrations within ten minutes that set the alarm off. Ours: a busy clinic has that many in a day.</summary>
    public const int Flood = 50;

    /// <summary>
    /// Registrations that an organisation takes in an hour, whoever sends them: each is an email to an address that nobody has proved, and
    /// a row. Ours: a clinic that opens its doors to a town has fewer.
    /// </summary>
    public const int MostPerHour = 200;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether there is such a registration.</summary>
    public static bool Exists(RegistrationState state) => state.Stage != RegistrationStage.None;

    /// <summary>Whether the form can be taken; its email in canonical form where it can.</summary>
    public static CredentialValue? Address(SubmitRegistration form, DateTimeOffset now)
    {
        var contact = form.Details.Contact;
        if (!form.Consent || !Patients.Patient.IsValid(form.Details, now)) return null;
        string[] needed = [contact.Street, contact.Town, contact.PostalCode];
        return needed.Any(string.IsNullOrWhiteSpace) ? null : Credential.Parse(CredentialKind.Email, contact.Email, null).Value;
    }

    /// <summary>A new registration, whose link works from now on for <see cref="RegistrationLimits.Lifetime"/>.</summary>
    public static RegistrationState Create(RegisterPatient details, string email, string subject, DateTimeOffset now)
    {
        // To the millisecond, as the table has it: the list and the grain judge by the same deadline.
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return new RegistrationState
        {
            Stage = RegistrationStage.Waiting,
            Details = details with
            {
                Origin = PatientOrigin.Online,
                ExternalId = "",
                Contact = details.Contact with { Email = email },
            },
            Subject = subject,
            CreatedAt = createdAt,
            Deadline = createdAt + RegistrationLimits.Lifetime,
        };
    }

    /// <summary>
    /// How it stands now. The deadline ends it whether or not anything has noticed that it passed; what was put down in time is finished
    /// after it.
    /// </summary>
    public static RegistrationStage Judge(RegistrationState state, RegistrationFacts facts, DateTimeOffset now) =>
        state is { Stage: RegistrationStage.Waiting, Work: RegistrationWork.None } && (!facts.Current || now >= state.Deadline)
            ? RegistrationStage.Ended
            : state.Stage;

    /// <summary>Whether this operation has pressed the button before, so lately that it is the same press again.</summary>
    public static bool IsRepeated(RegistrationState state, string operation, DateTimeOffset now) =>
        state.Operation == operation && now < state.ProvedAt + Repeatable;

    /// <summary>
    /// The button was pressed: nobody else's press counts from now on. Held at once where staff look at each.
    /// </summary>
    /// <param name="state">One that waits.</param>
    /// <param name="operation">The session that is to begin.</param>
    /// <param name="patient">The id that the patient will have.</param>
    /// <param name="review">Whether staff look at each.</param>
    /// <param name="now">The time.</param>
    public static RegistrationState Pressed(
        RegistrationState state, string operation, string patient, bool review, DateTimeOffset now)
    {
        var proved = state with { Operation = operation, ProvedAt = now };
        return review
            ? proved with { Stage = RegistrationStage.Held }
            : proved with { Work = RegistrationWork.Confirm, Patient = patient };
    }

    /// <summary>What the gate made of it; the same state where it can't say yet.</summary>
    public static RegistrationState Answered(RegistrationState state, AdmitOutcome outcome, DateTimeOffset now) => outcome switch
    {
        AdmitOutcome.Registered => Decided(state, RegistrationStage.Confirmed, now),
        AdmitOutcome.Held => state with { Stage = RegistrationStage.Held, Work = RegistrationWork.None, Patient = "" },
        _ => state,
    };

    /// <summary>Staff begin to decide something about it.</summary>
    public static RegistrationState Begin(RegistrationState state, RegistrationWork work, string patient, string staff) =>
        state with { Work = work, Patient = patient, DecidedBy = staff };

    /// <summary>The patient that staff make of it is there; the same state where it can't be said yet.</summary>
    public static RegistrationState Admitted(RegistrationState state, RegisterOnlineOutcome outcome, DateTimeOffset now) => outcome switch
    {
        RegisterOnlineOutcome.Registered or RegisterOnlineOutcome.WithoutAccess =>
            Decided(state, RegistrationStage.Confirmed, now) with { WithoutAccess = outcome == RegisterOnlineOutcome.WithoutAccess },
        RegisterOnlineOutcome.Busy => state,
        _ => GivenUp(state),
    };

    /// <summary>The patient on file is invited.</summary>
    public static RegistrationState Attached(RegistrationState state, DateTimeOffset now) =>
        Decided(state, RegistrationStage.Attached, now);

    /// <summary>What staff began could not be done: as before.</summary>
    public static RegistrationState GivenUp(RegistrationState state) =>
        state with { Work = RegistrationWork.None, Patient = "", DecidedBy = "" };

    /// <summary>Staff refuse it.</summary>
    public static RegistrationState Refused(RegistrationState state, string note, string staff, DateTimeOffset now) =>
        Decided(state, RegistrationStage.Refused, now) with
        {
            DecidedBy = staff,
            Note = PlainText.Cleaned(note, RegistrationLimits.MaxNote),
        };

    /// <summary>
    /// Forgets what nobody needs any more: one that ended without being confirmed, and one that was decided long ago. The same state where
    /// it is needed.
    /// </summary>
    public static RegistrationState Swept(RegistrationState state, RegistrationFacts facts, DateTimeOffset now)
    {
        if (!Exists(state) || state.Stage == RegistrationStage.Ended || state.Work != RegistrationWork.None) return state;
        var over = Judge(state, facts, now) == RegistrationStage.Ended || now >= state.DecidedAt + RegistrationLimits.KeptAfterDecision;
        return over ? new RegistrationState { Stage = RegistrationStage.Ended, Version = state.Version } : state;
    }

    /// <summary>When it has to be looked at again; null: never.</summary>
    public static DateTimeOffset? WakeAt(RegistrationState state) => state.Stage switch
    {
        RegistrationStage.Waiting => state.Deadline,
        RegistrationStage.Confirmed or RegistrationStage.Attached or RegistrationStage.Refused =>
            state.DecidedAt + RegistrationLimits.KeptAfterDecision,
        _ => null,
    };

    /// <summary>What the audit log is to learn of a change; null: nothing.</summary>
    public static string? News(RegistrationState before, RegistrationState after) => after.Stage == before.Stage ? null : after.Stage switch
    {
        RegistrationStage.Waiting => "registration.submitted",
        RegistrationStage.Held => "registration.held",
        RegistrationStage.Confirmed => after.DecidedBy.Length > 0 ? "registration.accepted" : "registration.confirmed",
        RegistrationStage.Attached => "registration.attached",
        RegistrationStage.Refused => "registration.declined",
        _ => before.Stage == RegistrationStage.Waiting ? "registration.expired" : "registration.forgotten",
    };

    /// <summary>Makes a registration the one that counts for its address; where that is too soon: when another may be.</summary>
    public static (DateTimeOffset? Until, RegistrationDeskState State) Take(
        RegistrationDeskState state, string registration, DateTimeOffset now)
    {
        if (state.Current == registration) return (null, state);
        var until = Stamps.Latest(
            Stamps.FreeAt(state.TakenAt, RegistrationLimits.PerHour, Hour, now),
            Stamps.FreeAt(state.TakenAt, RegistrationLimits.PerDay, Day, now));
        if (until is not null) return (until, state);
        var taken = Stamps.Add(Stamps.Recent(state.TakenAt, Day, now), now, RegistrationLimits.PerDay);
        return (null, new RegistrationDeskState { Current = registration, TakenAt = taken });
    }

    /// <summary>
    /// A registration is over and forgotten: it counts for its address no more. Null: nothing is left to remember of the address.
    /// </summary>
    public static RegistrationDeskState? Released(RegistrationDeskState state, string registration, DateTimeOffset now)
    {
        if (state.Current.Length > 0 && state.Current != registration) return state;
        var taken = Stamps.Recent(state.TakenAt, Day, now);
        return taken.Length == 0 ? null : new RegistrationDeskState { TakenAt = taken };
    }

    private static RegistrationState Decided(RegistrationState state, RegistrationStage stage, DateTimeOffset now) =>
        state with { Stage = stage, Work = RegistrationWork.None, DecidedAt = now };
}
