using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Appointments;
using Portal.Grains.ClinicalRecords;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <inheritdoc cref="IPatientMergeGrain" />
public sealed class PatientMergeGrain(
    [PersistentState("merge")] IPersistentState<PatientMergeState> state, Database database, Outbox outbox, TimeProvider time,
    ILogger<PatientMergeGrain> log) : PortalGrain(time), IPatientMergeGrain, IRemindable
{
    private const string Reminder = "merge";
    private const int PageSize = 100;

    // The shortest period that Orleans takes: a merge that was cut off goes on about so long afterwards.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private PatientMergeState State => state.State;

    private string Operation => field ??= GrainKeys.Second(Key).ToString();

    private IPatientGrain Survivor => PatientGrain(State.Command.Survivor);

    private IPatientGrain Loser => PatientGrain(State.Command.Loser);

    /// <inheritdoc />
    public async Task<MergeOutcome> Merge(MergePatients command)
    {
        if (State.Step == MergeStep.None)
        {
            if (!Ids.IsValid(command.Survivor) || !Ids.IsValid(command.Loser) || command.Survivor == command.Loser)
                return new MergeOutcome.Refused { Why = MergeRefusal.Unknown };
            // The reminder first: whatever is stored as planned has somebody who ends it.
            await this.RegisterOrUpdateReminder(Reminder, Period, Period);
            await WriteAsync(state, new PatientMergeState
            {
                Step = MergeStep.Planned,
                Command = command,
                LoserEntry = Entry(
                    "patient.merged", patient: command.Loser, operation: $"{Operation}/loser", details: ("into", command.Survivor)),
                SurvivorEntry = Entry(
                    "patient.absorbed", patient: command.Survivor, operation: $"{Operation}/survivor", details: ("from", command.Loser)),
            });
        }

        await RunAsync();
        return State.Step == MergeStep.Merged ? new MergeOutcome.Merged() : new MergeOutcome.Refused { Why = State.Why };
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status) => await RunAsync();

    // Each step can be done again: a crash between what it does and the write that says so changes nothing.
    private async Task RunAsync()
    {
        while (State.Step is not (MergeStep.None or MergeStep.Merged or MergeStep.Refused))
        {
            await WriteAsync(state, State.Step switch
            {
                MergeStep.Planned => await FreezeAsync(),
                MergeStep.Frozen => State with
                {
                    Step = MergeStep.Departed,
                    Parcel = await Loser.Depart(Operation, State.Command.Survivor, State.LoserEntry),
                },
                MergeStep.Departed => await AbsorbAsync(),
                _ => await MoveAsync(),
            });
        }

        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    // In order of id, so that of two merges of the same two patients one waits for nobody.
    private async Task<PatientMergeState> FreezeAsync()
    {
        string[] both = [State.Command.Survivor, State.Command.Loser];
        foreach (var patient in both.Order(StringComparer.Ordinal))
        {
            if (await PatientGrain(patient).Freeze(Operation) is { } why) return await RefusedAsync(why);
        }

        var approvals = await OrganisationAsync() is { Settings.SecondApprover: true };
        var refusal = PatientMerge.Refusal(State.Command, await Survivor.MergeFacts(), await Loser.MergeFacts(), approvals);
        var (mine, others) = (await EntriesAsync(State.Command.Survivor), await EntriesAsync(State.Command.Loser));
        if (refusal is null && !ClinicalRecord.HasRoom(mine, others)) refusal = MergeRefusal.RecordFull;
        return refusal is { } refused ? await RefusedAsync(refused) : State with { Step = MergeStep.Frozen };
    }

    private async Task<int> EntriesAsync(string patient) => (await Record(patient).Entries()).Count;

    private async Task<PatientMergeState> RefusedAsync(MergeRefusal why)
    {
        await Survivor.Thaw(Operation);
        await Loser.Thaw(Operation);
        return State with { Step = MergeStep.Refused, Why = why };
    }

    // Nobody who might act for one of them sees a line of the other: the grants are cut before anything of the other arrives.
    private async Task<PatientMergeState> AbsorbAsync()
    {
        await Relationships(State.Command.Survivor).Intersect(await Relationships(State.Command.Loser).Depart(Operation));
        return State with
        {
            Step = MergeStep.Absorbed,
            Credentials = await Survivor.Absorb(new AbsorbPatient
            {
                Operation = Operation,
                Choice = State.Command,
                Parcel = State.Parcel!,
                Entry = State.SurvivorEntry,
            }),
        };
    }

    private async Task<PatientMergeState> MoveAsync()
    {
        var (survivor, loser, credentials) = (State.Command.Survivor, State.Command.Loser, State.Credentials!);
        foreach (var one in credentials.Replaced) await Claim(one).Release(Operation, survivor);
        foreach (var one in credentials.Left) await Claim(one).Release(Operation, loser);
        foreach (var one in credentials.Taken)
        {
            if (!await Claim(one).Transfer(Operation, loser, survivor))
                throw new InvalidOperationException("A credential that moves with its patient is not theirs.");
        }

        await TellOwnersAsync(credentials);
        await MoveItemsAsync(loser, survivor);
        await Survivor.Thaw(Operation);
        await Loser.Thaw(Operation);
        return State with { Step = MergeStep.Merged, Parcel = null, Credentials = null };
    }

    private async Task MoveItemsAsync(string from, string to)
    {
        for (var last = ""; ;)
        {
            var page = await AppointmentTable.IdsOfAsync(database, Organisation, from, last, PageSize);
            foreach (var id in page)
                await GrainFactory.GetGrain<IAppointmentGrain>($"{Organisation}/{id}").Repoint(from, to);
            if (page.Count < PageSize) break;
            last = page[^1];
        }

        var entries = await Record(from).Entries();
        if (entries.Count > 0) await Record(to).TakeIn(from, entries);
        await GrainFactory.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(Organisation, from)).MoveTo(to);
    }

    // Whoever reads a mailbox that no longer opens anything is told, as with any change of a credential.
    private async Task TellOwnersAsync(MergedCredentials credentials)
    {
        var branding = OrganisationBranding.Of(await OrganisationAsync());
        foreach (var one in credentials.Replaced.Concat(credentials.Left).Where(c => c.Kind != CredentialKind.Username))
        {
            try
            {
                await outbox.EnqueueAsync(new OutgoingMessage
                {
                    Id = Ids.Derive("m", $"merged/{Key}/{one.Kind}/{one.Hash}"),
                    Organisation = Organisation,
                    Patient = State.Command.Survivor,
                    Channel = one.Kind == CredentialKind.Mobile ? MessageChannel.Sms : MessageChannel.Email,
                    To = one.Value,
                    Kind = MessageKind.OldCredentialNotice,
                    Details = new MessageDetails { RecipientName = State.Parcel!.Patient.GivenName, Credential = one.Kind },
                    Branding = branding,
                });
            }
            catch (ArgumentException error)
            {
                // An address that nothing can be sent to never got a code either; the merge must not wait for it for ever.
                log.LogWarning(error, "The notice of a credential that was given up cannot be sent.");
            }
        }
    }

    private ICredentialGrain Claim(MovedCredential one) =>
        GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, one.Kind, one.Hash));

    private IClinicalRecordGrain Record(string patient) =>
        GrainFactory.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(Organisation, patient));

    private IRelationshipsGrain Relationships(string patient) =>
        GrainFactory.GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(Organisation, patient));

    private IPatientGrain PatientGrain(string patient) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient));
}
