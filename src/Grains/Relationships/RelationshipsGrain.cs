using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Relationships;

/// <inheritdoc cref="IRelationshipsGrain" />
/// <remarks>
/// A grant given, changed or ended is one write of this state, with what is to be told stored in it; the next call or the reminder tells
/// what a crash kept back.
/// </remarks>
public sealed partial class RelationshipsGrain(
    [PersistentState("relationships")] IPersistentState<RelationshipsState> state, Database database, KeyedHash hashes, Outbox outbox,
    TimeProvider time, ILogger<RelationshipsGrain> logger) : PortalGrain(time), IRelationshipsGrain, IRemindable
{
    private const string Reminder = "relationships";

    // A reminder's first tick lies at most so far away; it looks at the stored dates and sets itself anew.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);
    private static readonly TimeSpan Period = TimeSpan.FromDays(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private RelationshipsState State => state.State;

    private string Patient => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<GrantView>> List()
    {
        await TryTellAllAsync();
        if (await FactsAsync() is not { } facts) return [];
        var views = await Task.WhenAll(State.Grants.Select(g => ViewAsync(g, facts)));
        return [.. views.OrderBy(v => v.EndedAt is not null).ThenByDescending(v => v.EndedAt ?? v.GivenAt)];
    }

    /// <inheritdoc />
    public async Task<GiveGrantOutcome> Give(GiveGrant command)
    {
        RequireOperation(command.Operation);
        await TryTellAllAsync();
        if (State.Grants.FirstOrDefault(g => g.Operation == command.Operation) is { } before) return await GivenAsync(before.Person);
        if (await FactsAsync() is not { } facts) return new GiveGrantOutcome.Unknown();
        if (CaregiverGrants.Fault(command, facts, Now) is { } fault) return new GiveGrantOutcome.Invalid { Property = fault };
        if (!command.ConfirmedWithPatient) return new GiveGrantOutcome.NotConfirmed();
        var (person, wrong) = await PersonAsync(command);
        if (wrong is not null) return wrong;
        if (CaregiverGrants.Refusal(State, command, person, facts, Now) is { } refusal) return refusal;
        await PatientOf(person).MarkCaregiver();
        var id = Ids.Derive("g", $"{Key}/{command.Operation}");
        var entry = Entry("grant.given", patient: Patient, operation: id,
            details: [("person", person), ("scopes", $"{command.Scopes}"), ("parental", $"{command.Parental}")]);
        var given = CaregiverGrants.Give(State, command, id, person, GivenBy(), facts, entry);
        // The reminder first: whatever is stored has somebody who ends it, and who tells of it.
        await RemindAsync(given, facts, Soon);
        await SaveAsync(given, facts);
        return await GivenAsync(person);
    }

    /// <inheritdoc />
    public async Task<ChangeGrantOutcome> Change(ChangeGrant command)
    {
        await TryTellAllAsync();
        if (await FactsAsync() is not { } facts || Live(command.Grant, facts) is not { } grant) return ChangeGrantOutcome.Unknown;
        if (!CaregiverGrants.IsScope(command.Scopes)) return ChangeGrantOutcome.NoScope;
        if (!CaregiverGrants.IsDay(command.Until, facts, Now)) return ChangeGrantOutcome.BadDay;
        var entry = Entry("grant.changed", patient: Patient,
            details: [("person", grant.Person), ("scopes", $"{command.Scopes}"), ("until", command.Until?.ToString("O") ?? "")]);
        var next = CaregiverGrants.Change(State, grant, command, entry);
        if (ReferenceEquals(next, State)) return ChangeGrantOutcome.Changed;
        await RemindAsync(next, facts, Soon);
        await SaveAsync(next, facts);
        return ChangeGrantOutcome.Changed;
    }

    /// <inheritdoc />
    public async Task<bool> End(string grant)
    {
        await TryTellAllAsync();
        if (await FactsAsync() is not { } facts || Live(grant, facts) is not { } found) return false;
        var why = CallerContext.Current is { Kind: PrincipalKind.Patient } ? GrantEnd.EndedByPatient : GrantEnd.Revoked;
        var next = CaregiverGrants.End(State, found, why, Now, facts, Ended(found, why));
        await RemindAsync(next, facts, Soon);
        await SaveAsync(next, facts);
        return true;
    }

    /// <inheritdoc />
    public async Task<ActingGrant?> Find(string person)
    {
        // Asked for at every request of whoever acts: nothing is told or written here.
        if (!State.Grants.Any(g => g.Person == person && g.EndedAt is null)) return null;
        var (view, organisation) = (PatientOf(Patient).Get(), OrganisationAsync());
        await Task.WhenAll(view, organisation);
        if (await view is not { MergedInto: "" } patient || await organisation is not { } its) return null;
        var facts = GrantFacts.Of(Patient, patient.BirthDate, patient.Access == AccessState.Blocked, its);
        return CaregiverGrants.Of(State, person, facts, Now) is not { } grant ? null : new ActingGrant
        {
            Patient = Patient,
            Name = patient.FullName,
            Scopes = grant.Scopes,
            EndsAt = CaregiverGrants.Ends(grant, facts)?.At,
        };
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await TellAllAsync();
        if (await FactsAsync() is not { } facts)
        {
            await UnregisterAsync();
            return;
        }

        foreach (var grant in CaregiverGrants.ToNotice(State, facts, Now))
        {
            var entry = Entry("grant.coming-of-age-noticed", patient: Patient, operation: grant.Id, details: ("person", grant.Person));
            await WriteAsync(state, CaregiverGrants.Noticed(State, grant, facts, entry));
        }

        foreach (var grant in CaregiverGrants.Over(State, facts, Now))
        {
            var (at, why) = CaregiverGrants.Ends(grant, facts) ?? (Now, GrantEnd.Expired);
            await WriteAsync(state, CaregiverGrants.End(State, grant, why, at, facts, Ended(grant, why)));
        }

        await TellAllAsync();
        await RemindAsync(State, facts);
    }

    private AuditEntry Ended(CaregiverGrant grant, GrantEnd why) => Entry(
        "grant.ended", patient: Patient, reason: Name(why), operation: grant.Id, details: ("person", grant.Person));

    private static string GivenBy() => CallerContext.Current is { Kind: PrincipalKind.Staff } staff ? staff.Subject : "";

    private static string Name(GrantEnd why) => why switch
    {
        GrantEnd.EndedByPatient => "ended-by-patient",
        GrantEnd.Expired => "expired",
        GrantEnd.CameOfAge => "came-of-age",
        GrantEnd.Merged => "merged",
        _ => "revoked",
    };

    private CaregiverGrant? Live(string id, GrantFacts facts) =>
        State.Grants.FirstOrDefault(g => g.Id == id && CaregiverGrants.IsInForce(g, facts, Now));

    // Null for nobody, and for a record that went into another: nothing of it is given, changed or shown any more.
    private async Task<GrantFacts?> FactsAsync(bool evenMerged = false)
    {
        var (view, organisation) = (PatientOf(Patient).Get(), OrganisationAsync());
        await Task.WhenAll(view, organisation);
        return await view is { } patient && (evenMerged || patient.MergedInto.Length == 0) && await organisation is { } its
            ? GrantFacts.Of(Patient, patient.BirthDate, patient.Access == AccessState.Blocked, its)
            : null;
    }

    /// <summary>
    /// Who is meant: the person named, who signs in with the email and is called and was born as typed, or somebody new, who is put on file
    /// now. The second value is the refusal, where there is one.
    /// </summary>
    private async Task<(string Person, GiveGrantOutcome? Wrong)> PersonAsync(GiveGrant command)
    {
        if (command.Person.Length > 0)
            return Ids.IsValid(command.Person) && await PatientOf(command.Person).Get() is not null
                ? (command.Person, null)
                : ("", new GiveGrantOutcome.Invalid { Property = nameof(command.Person) });
        if (Credential.Parse(CredentialKind.Email, command.Email, null).Value is not { } email)
            return ("", new GiveGrantOutcome.Invalid { Property = nameof(command.Email) });
        var hash = CredentialHash.Of(hashes, Organisation, CredentialKind.Email, email.Value);
        var claim = GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, CredentialKind.Email, hash));
        if (await claim.Holder() is { } holder && await PatientOf(holder).Holds(CredentialKind.Email, hash))
        {
            // An address is only theirs who proved it, and a mailbox may be somebody else's than staff believe.
            var refusal = holder == Patient ? null : CaregiverGrants.MayMean(command, await PatientOf(holder).OnlineAccess());
            return (refusal is null ? holder : "", refusal);
        }

        if (command.BirthDate is not { } birth) return ("", new GiveGrantOutcome.Invalid { Property = nameof(command.BirthDate) });
        var registration = new RegisterPatient
        {
            GivenName = command.GivenName,
            FamilyName = command.FamilyName,
            BirthDate = birth,
            Contact = new ContactDetails { Email = email.Value },
            CaregiverOnly = true,
        };
        // The same address, name and birth date are the same person until they have signed in. Who signs in with another address by now is
        // somebody else, and so is who shares the mailbox.
        var person = Ids.Derive("p", $"caregiver/{Organisation}/{hash}");
        var (known, facts) = (PatientOf(person).Get(), PatientOf(person).PasswordFacts());
        await Task.WhenAll(known, facts);
        if (await facts is { HasCredential: true } || (await known is { } view && !CaregiverGrants.IsNamed(command, view)))
            person = Ids.Derive("p", $"caregiver/{Organisation}/{hash}/{command.Operation}");
        var outcome = await PatientOf(person).Register(registration);
        return outcome == RegisterOutcome.Registered
            ? (person, null)
            : ("", new GiveGrantOutcome.Invalid { Property = nameof(command.GivenName) });
    }

    private async Task<GiveGrantOutcome> GivenAsync(string person) => new GiveGrantOutcome.Given
    {
        Person = person,
        NeedsInvitation = await PatientOf(person).PasswordFacts() is not { HasCredential: true },
    };

    private async Task<GrantView> ViewAsync(CaregiverGrant grant, GrantFacts facts)
    {
        var (person, staff) = (PatientOf(grant.Person).OnlineAccess(), StaffAsync(grant.GivenBy));
        await Task.WhenAll(person, staff);
        var ends = CaregiverGrants.Ends(grant, facts);
        var over = ends is { } end && end.At <= Now;
        return new GrantView
        {
            Id = grant.Id,
            Person = grant.Person,
            Name = (await person)?.Patient.FullName ?? "",
            Scopes = grant.Scopes,
            Until = grant.Until,
            Parental = grant.Parental,
            ComesOfAge = grant.Parental ? facts.ComesOfAge : null,
            GivenBy = (await staff)?.Name ?? "",
            GivenAt = grant.GivenAt,
            EndedAt = grant.EndedAt ?? (over ? ends!.Value.At : null),
            Reason = grant.EndedAt is not null ? grant.Reason : over ? ends!.Value.Why : GrantEnd.None,
            HasSignedIn = (await person)?.LastSignIn is not null,
        };
    }

    private async Task<StaffView?> StaffAsync(string staff) =>
        Ids.IsValid(staff) ? await GrainFactory.GetGrain<IStaffGrain>(GrainKeys.ForStaff(Organisation, staff)).Get() : null;

    private async Task SaveAsync(RelationshipsState next, GrantFacts facts)
    {
        await WriteAsync(state, next);
        await TellAllAsync();
        await RemindAsync(State, facts);
    }

    private async Task TellAllAsync()
    {
        if (State.Untold.Count == 0) return;
        await TellAsync(state, beside: TellOthersAsync);
        await WriteAsync(state, State with { Notices = [] });
    }

    private async Task TryTellAllAsync()
    {
        if (State.Untold.Count == 0) return;
        try
        {
            await TellAllAsync();
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "What became of a grant could not be told yet.");
        }
    }

    private async Task TellOthersAsync(RelationshipsState told)
    {
        await database.WriteAsync(CaregiverGrantTable.Upsert(Organisation, Patient, told));
        foreach (var notice in told.Notices) await SendAsync(notice);
    }

    private async Task SendAsync(GrantNotice notice)
    {
        if (await PatientOf(notice.To).PasswordFacts() is not { } facts || (facts.Email.Length == 0 && facts.Mobile.Length == 0)) return;
        var byEmail = facts.Email.Length > 0;
        var message = new OutgoingMessage
        {
            Id = Ids.Derive("m", $"grant/{Key}/{notice.Id}"),
            Organisation = Organisation,
            Patient = notice.To,
            Channel = byEmail ? MessageChannel.Email : MessageChannel.Sms,
            To = byEmail ? facts.Email : facts.Mobile,
            Kind = notice.Kind,
            Details = new MessageDetails { RecipientName = facts.GivenName, Deadline = notice.When },
            Branding = OrganisationBranding.Of(await OrganisationAsync()),
        };
        try
        {
            await outbox.EnqueueAsync(message);
        }
        catch (ArgumentException error)
        {
            logger.LogWarning(error, "A notice of a grant cannot be sent.");
        }
    }

    // Wakes only; what is due is judged by what is stored. Sooner, where something is about to be told that a crash might keep back.
    private async Task RemindAsync(RelationshipsState about, GrantFacts facts, TimeSpan? atLeast = null)
    {
        var next = CaregiverGrants.NextAt(about, facts) is { } at ? at - Now : (TimeSpan?)null;
        if (atLeast is { } soon && (next is null || soon < next)) next = soon;
        if (next is not { } due)
        {
            await UnregisterAsync();
            return;
        }

        due = due < TimeSpan.Zero ? TimeSpan.Zero : due > LongestWait ? LongestWait : due;
        await this.RegisterOrUpdateReminder(Reminder, due, Period);
    }

    private async Task UnregisterAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    private IPatientGrain PatientOf(string id) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, id));
}
