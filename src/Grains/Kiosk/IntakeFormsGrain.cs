using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Kiosk;

/// <inheritdoc cref="IIntakeFormsGrain" />
public sealed class IntakeFormsGrain(
    [PersistentState("intakeforms")] IPersistentState<IntakeState> state, Database database, TimeProvider time)
    : PortalGrain(time), IIntakeFormsGrain
{
    private string Patient => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IntakeBlank?> Blank()
    {
        await TellAsync();
        if (!await MayFillInAsync() || await PatientAsync() is not { } patient) return null;
        return new IntakeBlank { GivenName = patient.GivenName, Contact = patient.Contact };
    }

    /// <inheritdoc />
    public async Task<SubmitIntakeOutcome> Submit(SubmitIntake command)
    {
        await TellAsync();
        var kiosk = Kiosk;
        var operation = kiosk ?? command.Operation;
        RequireOperation(operation);
        var id = Ids.Derive("f", $"intake/{Key}/{operation}");
        // The same form again after its session has ended with it: the answer that was lost.
        if (kiosk is not null && state.State.Last.Contains(id)) return await EndedAsync(kiosk);
        if (!await MayFillInAsync() || await PatientAsync() is null) return SubmitIntakeOutcome.Ended;
        var form = new IntakeForm { Id = id, At = Now, AtKiosk = kiosk is not null, Answers = command.Answers };
        var (outcome, next) = Intake.Keep(state.State, form, Now);
        if (!ReferenceEquals(next, state.State))
        {
            await WriteAsync(state, next.Noting(Entry(
                "form.submitted", AuditOutcome.Done, Patient, reason: null, $"{Key}/{operation}", ("form", id))));
            await TellAsync();
        }

        return outcome == SubmitIntakeOutcome.Kept && kiosk is not null ? await EndedAsync(kiosk) : outcome;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<IntakeRow>> List()
    {
        await TellAsync();
        return await IntakeTable.ListAsync(database, Organisation, Patient, IntakeLimits.Listed);
    }

    /// <inheritdoc />
    public async Task<IntakeForm?> Read(string form)
    {
        await TellAsync();
        if (!Ids.IsValid(form, "f") || await IntakeTable.FindAsync(database, Organisation, Patient, form) is not { } found) return null;
        await AuditAsync("form.read", AuditOutcome.Done, Patient, details: ("form", form));
        return found;
    }

    /// <inheritdoc />
    public async Task MoveTo(string patient)
    {
        // What may not be in the table yet would come to it under this patient later.
        await TellAsync();
        await database.WriteAsync(IntakeTable.Move(Organisation, Patient, patient));
    }

    // The tablet that calls, by the hash of its session; null: the patient.
    private static string? Kiosk =>
        CallerContext.Current is { Kind: PrincipalKind.Kiosk, SessionHash: { Length: > 0 } session } ? session : null;

    // Asked here as well as before the page was shown: a tablet that was taken back a moment ago keeps nothing.
    private async Task<bool> MayFillInAsync() => Kiosk is not { } session
        || (await SessionOf(session).Check(touch: false) is SessionCheck.Alive { Principal: { Kind: PrincipalKind.Kiosk } principal }
            && principal.Subject == Patient);

    private async Task<SubmitIntakeOutcome> EndedAsync(string session)
    {
        await SessionOf(session).End(SessionEnd.Submitted);
        return SubmitIntakeOutcome.Kept;
    }

    private Task TellAsync() => TellAsync(
        state,
        told => told.Waiting is { } form ? database.WriteAsync(IntakeTable.Add(Organisation, Patient, form)) : Task.CompletedTask,
        forget: true);

    // Null for a record that went into another as well: a form of it would be seen by nobody.
    private async Task<PatientView?> PatientAsync() =>
        await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient)).Get() is { MergedInto: "" } patient
            ? patient
            : null;

    private ISessionGrain SessionOf(string session) =>
        GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession(Organisation, session));
}
