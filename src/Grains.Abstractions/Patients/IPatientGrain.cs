using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>
/// One patient of one organisation: details, contact details, portal credentials (kept apart from them), access level, block, epoch.
/// Key: <c>{org}/{patient}</c>. Calls credentials, never sessions: those ask for <see cref="Standing"/> at each request.
/// </summary>
[Alias("portal.IPatientGrain"), Repeatable]
public interface IPatientGrain : IGrainWithStringKey
{
    /// <summary>Makes the patient. The same command again changes nothing.</summary>
    [Alias("Register"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<RegisterOutcome> Register(RegisterPatient command);

    /// <summary>
    /// Puts somebody on file who has registered online, with the claim of their email in one step: either both are there or neither. The
    /// same operation again gives the same outcome, also after a crash.
    /// </summary>
    [Alias("RegisterOnline"), Door(Callers.Grain)]
    Task<RegisterOnlineOutcome> RegisterOnline(RegisterOnline command);

    /// <summary>The patient's details as the patient and staff see them; null where there is none.</summary>
    [Alias("Get"), Door(Callers.PatientSelf | Callers.AnyStaff | Callers.Grain)]
    Task<PatientView?> Get();

    /// <summary>
    /// Changes details and contact details. Refused where somebody else changed them since the form was filled. The same operation again
    /// changes nothing.
    /// </summary>
    [Alias("Edit"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<EditOutcome> Edit(EditPatient command);

    /// <summary>Makes a test patient of one, kept out of counts and of work on many, or no longer. Idempotent.</summary>
    [Alias("SetTest"), Door(Callers.AccessStaff | Callers.Operator)]
    Task SetTest(bool test);

    /// <summary>Says which practitioners the patient may book online; null: all, those who come later too. Idempotent.</summary>
    [Alias("SetPractitioners"), Door(Callers.AccessStaff | Callers.Operator)]
    Task SetPractitioners(IReadOnlyList<string>? practitioners);

    /// <summary>The practitioners of the roster, and which of them the patient may book online.</summary>
    [Alias("Practitioners"), Door(Callers.AnyStaff | Callers.Grain)]
    Task<IReadOnlyList<AvailablePractitioner>> Practitioners();

    /// <summary>The practitioners whom the patient may book online, and no others.</summary>
    [Alias("Bookable"), Door(Callers.PatientSelf | Callers.CaregiverAppointments | Callers.Grain)]
    Task<IReadOnlyList<AvailablePractitioner>> Bookable();

    /// <summary>Whether the patient may book this practitioner online: asked before a slot is offered, held or given away.</summary>
    [Alias("MayBook"), Door(Callers.Grain)]
    Task<bool> MayBook(string practitioner);

    /// <summary>Freezes credentials and details for a merge; why not where it can't. The same merge again changes nothing.</summary>
    [Alias("Freeze"), Door(Callers.Grain)]
    Task<MergeRefusal?> Freeze(string operation);

    /// <summary>What it is judged by whether the patient, who is frozen, may be merged.</summary>
    [Alias("MergeFacts"), Door(Callers.Grain)]
    Task<MergeFacts> MergeFacts();

    /// <summary>Ends the freezing of this merge. Idempotent.</summary>
    [Alias("Thaw"), Door(Callers.Grain)]
    Task Thaw(string operation);

    /// <summary>Leaves everything to another patient and becomes the sign that says where it went. Idempotent for the same merge.</summary>
    [Alias("Depart"), Door(Callers.Grain)]
    Task<MergeParcel> Depart(string operation, string survivor, AuditEntry entry);

    /// <summary>Takes in what another patient left. Idempotent for the same merge.</summary>
    [Alias("Absorb"), Door(Callers.Grain)]
    Task<MergedCredentials> Absorb(AbsorbPatient command);

    /// <summary>
    /// As <see cref="Get"/>, for staff who open the record: that they looked is in the audit log, once in a quarter of an hour, where the
    /// patient reads it.
    /// </summary>
    [Alias("Look"), Door(Callers.AnyStaff)]
    Task<PatientView?> Look();

    /// <summary>
    /// All that decides whether the patient can get in; null where there is no such patient. A look as <see cref="Look"/> is.
    /// </summary>
    [Alias("OnlineAccess"), Door(Callers.AnyStaff)]
    Task<OnlineAccessView?> OnlineAccess();

    /// <summary>
    /// Gives or takes access. Giving needs an email and a home postal code on file (what is missing is named). Taking it ends sessions,
    /// links and invitations for good.
    /// </summary>
    [Alias("SetAccess"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<AccessOutcome> SetAccess(AccessLevel level);

    /// <summary>Shuts every way in at once, over any access level, and ends the sessions. Idempotent.</summary>
    [Alias("Block"), Door(Callers.AccessStaff | Callers.Operator)]
    Task Block(string reason);

    /// <summary>Lifts the block. Sessions ended by it stay ended; links and invitations of before stay dead. Idempotent.</summary>
    [Alias("Unblock"), Door(Callers.AccessStaff | Callers.Operator)]
    Task Unblock();

    /// <summary>
    /// Sets or changes a portal credential, unverified until the patient's first code through it succeeds. A change tells the old address
    /// and ends the sessions. The same operation id again gives the same outcome, also after a crash.
    /// </summary>
    [Alias("SetCredential"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<SetCredentialOutcome> SetCredential(SetCredential command);

    /// <summary>
    /// Removes a credential, tells its address, and ends the sessions, since any of them may have begun with it. Clearing the last one
    /// removes access too. The same operation id again changes nothing.
    /// </summary>
    [Alias("ClearCredential"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<ClearCredentialOutcome> ClearCredential(CredentialKind kind, string operation);

    /// <summary>Ends every session by raising the epoch.</summary>
    [Alias("EndAllSessions"), Door(Callers.PatientSelf | Callers.AccessStaff), Once]
    Task EndAllSessions();

    /// <summary>Whether sessions, links and invitations of this patient work now.</summary>
    [Alias("Standing"), Door(Callers.Grain)]
    Task<PatientStanding> Standing();

    /// <summary>
    /// Where a code for somebody who knows this credential goes; null where the patient does not have it bound (the credential grain and
    /// the patient must agree) or there is no address to send to.
    /// </summary>
    [Alias("CodeDestination"), Door(Callers.Grain)]
    Task<CodeDestination?> CodeDestination(CredentialKind kind, string valueHash);

    /// <summary>
    /// Where a code goes to a patient who is known already (elevation, links): the best credential that the organisation's methods allow;
    /// null where there is none.
    /// </summary>
    [Alias("PreferredDestination"), Door(Callers.Grain)]
    Task<CodeDestination?> PreferredDestination();

    /// <summary>Whether the patient has this credential bound; the credential grain and the patient must agree.</summary>
    [Alias("Holds"), Door(Callers.Grain)]
    Task<bool> Holds(CredentialKind kind, string valueHash);

    /// <summary>What passwords are judged by and told to; null where there is no such patient.</summary>
    [Alias("PasswordFacts"), Door(Callers.Grain)]
    Task<PasswordFacts?> PasswordFacts();

    /// <summary>
    /// Whether this sign-in email and home postal code are the patient's, who may use the portal: then where a link for a new password
    /// goes; else null.
    /// </summary>
    [Alias("Recovery"), Door(Callers.Grain)]
    Task<PasswordFacts?> Recovery(string emailHash, string postalCode);

    /// <summary>
    /// Ends every session because the password changed; the epoch that they lived under. The one in force is the next. The same operation
    /// again ends nothing more.
    /// </summary>
    [Alias("EndSessions"), Door(Callers.Grain), Once]
    Task<int> EndSessions(string operation);

    /// <summary>
    /// Notes the sign-in, and that a code proved the credential where one did: a password proves no address. Idempotent for the same
    /// operation.
    /// </summary>
    [Alias("RecordSignIn"), Door(Callers.Grain)]
    Task RecordSignIn(CredentialKind kind, string valueHash, string operation, bool byCode);

    /// <summary>What bulk work judges the patient by; null where there is no such patient.</summary>
    [Alias("BulkFacts"), Door(Callers.Grain)]
    Task<BulkFacts?> BulkFacts();

    /// <summary>
    /// Makes the contact email or mobile a credential, unverified, where the patient has none of this kind, nobody else has it, and it is
    /// still the one of this hash. Idempotent for the same operation.
    /// </summary>
    [Alias("Promote"), Door(Callers.Grain)]
    Task<PromoteOutcome> Promote(CredentialKind kind, string valueHash, string operation);

    /// <summary>
    /// Whether an invitation may go to this address, by its keyed hash: where a second staff member approves changes, only to the email
    /// that somebody who gets in already signs in with.
    /// </summary>
    [Alias("MayBeInvited"), Door(Callers.Grain)]
    Task<bool> MayBeInvited(string addressHash);

    /// <summary>
    /// Makes this invitation, which works until <paramref name="deadline"/>, the one that counts; older ones are dead from now on. Refused
    /// for who is blocked, not on file or, where it is to give access, lacks what access needs.
    /// </summary>
    [Alias("AdoptInvitation"), Door(Callers.Grain)]
    Task<bool> AdoptInvitation(string tokenHash, DateTimeOffset deadline, bool giveAccess);

    /// <summary>Notes for the lists that this invitation was taken back. Nothing where another counts, or it was accepted.</summary>
    [Alias("DropInvitation"), Door(Callers.Grain)]
    Task DropInvitation(string tokenHash);

    /// <summary>Whether an answer to "when were you born" is right.</summary>
    [Alias("ConfirmBirthDate"), Door(Callers.Grain)]
    Task<bool> ConfirmBirthDate(DateOnly birthDate);

    /// <summary>
    /// The patient proved by code that the invited address is theirs: claims it as a credential where there is none of its kind, verifies
    /// it where it is there already, and switches access on. Idempotent for the same operation.
    /// </summary>
    [Alias("AcceptInvitation"), Door(Callers.Grain)]
    Task<AcceptOutcome> AcceptInvitation(AcceptInvitation command);

    /// <summary>Whether an authenticator app is asked for, and how many recovery codes are left.</summary>
    [Alias("Mfa"), Door(Callers.PatientSelf | Callers.AnyStaff | Callers.Grain)]
    Task<MfaView> Mfa();

    /// <summary>
    /// The secret for an authenticator app, always the same for the same operation. Nothing is kept. Null where an app is set up already.
    /// </summary>
    [Alias("PrepareMfa"), Door(Callers.Grain)]
    Task<MfaSecret?> PrepareMfa(string operation);

    /// <summary>
    /// Asks for the app's code from now on, where a code of it confirms that the app has the secret of the same operation. Ends every
    /// session and tells the patient. The same operation again shows the same recovery codes while none was used.
    /// </summary>
    [Alias("SetUpMfa"), Door(Callers.Grain)]
    Task<MfaOutcome> SetUpMfa(MfaGuess command);

    /// <summary>
    /// Judges a code of the app or a recovery code within the budgets of wrong ones; each is good for one operation only.
    /// </summary>
    [Alias("CheckMfa"), Door(Callers.Grain)]
    Task<MfaAnswer> CheckMfa(MfaGuess guess);

    /// <summary>Makes new recovery codes in the place of all old ones, with a code as the proof.</summary>
    [Alias("RenewRecoveryCodes"), Door(Callers.Grain)]
    Task<MfaOutcome> RenewRecoveryCodes(MfaGuess command);

    /// <summary>Asks for no code any more, with a last one as the proof. Ends every session and tells the patient.</summary>
    [Alias("SwitchMfaOff"), Door(Callers.Grain)]
    Task<MfaOutcome> SwitchMfaOff(MfaGuess command);

    /// <summary>
    /// Approves or declines a change of a credential that another staff member asked for. Whoever asked may only decline.
    /// </summary>
    [Alias("DecideCredentialRequest"), Door(Callers.AccessStaff)]
    Task<CredentialRequestOutcome> DecideCredentialRequest(string request, bool approve);

    /// <summary>
    /// Changes a credential to a value that a code has just proved to be the patient's. Null where another change is under way.
    /// </summary>
    [Alias("ChangeOwnCredential"), Door(Callers.Grain)]
    Task<OwnCredentialChange?> ChangeOwnCredential(CredentialKind kind, string value, string operation);

    /// <summary>The patient's credentials, in order of kind.</summary>
    [Alias("MyCredentials"), Door(Callers.PatientSelf)]
    Task<IReadOnlyList<CredentialView>> MyCredentials();

    /// <summary>Notes that the person may act for somebody else. Idempotent.</summary>
    [Alias("MarkCaregiver"), Door(Callers.Grain)]
    Task MarkCaregiver();

    /// <summary>
    /// Takes a lost app off a patient. Staff confirm that they verified it with the patient; every session ends and the patient is told.
    /// Where a second staff member approves changes, it is only asked for.
    /// </summary>
    [Alias("ResetMfa"), Door(Callers.AccessStaff)]
    Task<ResetMfaOutcome> ResetMfa(string operation, bool confirmedWithPatient);
}
