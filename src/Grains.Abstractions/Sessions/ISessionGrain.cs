using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>
/// One signed-in browser of a patient or staff member. Key: <c>{org}/{SHA-256 of the cookie's token}</c>: who knows the token may call. It
/// is the top of the direction of calls: session, then patient or invitation or link, then credential.
/// </summary>
[Alias("portal.ISessionGrain"), Repeatable]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Signs a patient in with the code of a credential. The key is that of the session to begin, so that trying again is the same
    /// operation.
    /// </summary>
    [Alias("SignInWithCode"), Door(Callers.Visitor)]
    Task<SignInOutcome> SignInWithCode(SignInWithCode command);

    /// <summary>Accepts an invitation with the code sent to the invited address, and signs in.</summary>
    [Alias("SignInWithInvitation"), Door(Callers.Visitor)]
    Task<SignInOutcome> SignInWithInvitation(SignInWithToken command);

    /// <summary>Uses a patient link with the code sent to the patient's credential, and signs in.</summary>
    [Alias("SignInWithLink"), Door(Callers.Visitor)]
    Task<SignInOutcome> SignInWithLink(SignInWithToken command);

    /// <summary>Confirms an online registration with the link that was sent, and signs in whom it puts on file.</summary>
    [Alias("SignInWithRegistration"), Door(Callers.Visitor)]
    Task<SignInOutcome> SignInWithRegistration(SignInWithToken command);

    /// <summary>
    /// Signs a patient in with a credential and its password. A temporary password only leads to <see cref="ChooseNewPassword"/>.
    /// </summary>
    [Alias("SignInWithPassword"), Door(Callers.Visitor), Once]
    Task<SignInOutcome> SignInWithPassword(SignInWithPassword command);

    /// <summary>
    /// Second half after a temporary password: one of the patient's own choice. The session of <paramref name="command"/>'s new key begins
    /// and this one ends.
    /// </summary>
    [Alias("ChooseNewPassword"), Door(Callers.Visitor), Once]
    Task<NewPasswordOutcome> ChooseNewPassword(ChooseNewPassword command);

    /// <summary>
    /// Whether the owner of the session has shown who they are so lately that a password may be chosen without the current one.
    /// </summary>
    [Alias("MayChoosePassword"), Door(Callers.Visitor)]
    Task<bool> MayChoosePassword();

    /// <summary>
    /// Changes the password of the patient whose session this is. All other sessions end; this one goes on.
    /// </summary>
    [Alias("ChangePassword"), Door(Callers.Visitor), Once]
    Task<ChangePasswordOutcome> ChangePassword(ChangePassword command);

    /// <summary>
    /// Second half of a patient's sign-in: the code of the authenticator app, or a recovery code. Right: the session of
    /// <paramref name="command"/>'s new key begins and this one ends; after a temporary password, a new one is to be chosen.
    /// </summary>
    [Alias("CompleteSecondFactor"), Door(Callers.Visitor)]
    Task<SignInOutcome> CompleteSecondFactor(CompleteSecondFactor command);

    /// <summary>
    /// Whether the owner of the session has shown who they are by a code within <see cref="Credentials.PasswordLimits.FreshSignIn"/>.
    /// </summary>
    [Alias("HasProvedLately"), Door(Callers.Visitor)]
    Task<bool> HasProvedLately();

    /// <summary>Sends a code by which the owner of the session can show who they are, for what needs it.</summary>
    [Alias("RequestProof"), Door(Callers.Visitor), Once]
    Task<ElevationRequestOutcome> RequestProof(ClientDevice device);

    /// <summary>
    /// Shows who they are with that code, or with the authenticator app's: the session goes on under a new key and token. Opens no records.
    /// </summary>
    [Alias("Prove"), Door(Callers.Visitor)]
    Task<ElevateOutcome> Prove(Elevate command);

    /// <summary>Sends a code to a new email or mobile number of the owner's, who has shown who they are lately.</summary>
    [Alias("RequestNewCredential"), Door(Callers.Visitor), Once]
    Task<OwnCredentialOutcome> RequestNewCredential(OwnCredential command);

    /// <summary>Changes the credential with that code: the old address is told, all other sessions end, this one goes on.</summary>
    [Alias("ChangeCredential"), Door(Callers.Visitor)]
    Task<OwnCredentialOutcome> ChangeCredential(OwnCredential command);

    /// <summary>
    /// The secret for an authenticator app, the same for the same operation. Null where an app is set up already, the session is over, or
    /// its owner has not shown who they are lately.
    /// </summary>
    [Alias("PrepareMfa"), Door(Callers.Visitor)]
    Task<Patients.MfaSecret?> PrepareMfa(string operation);

    /// <summary>Sets the app up with a first code of it. All other sessions end; this one goes on.</summary>
    [Alias("SetUpMfa"), Door(Callers.Visitor)]
    Task<Patients.MfaOutcome> SetUpMfa(ChangeMfa command);

    /// <summary>Makes new recovery codes in the place of all old ones, with a code as the proof.</summary>
    [Alias("RenewRecoveryCodes"), Door(Callers.Visitor)]
    Task<Patients.MfaOutcome> RenewRecoveryCodes(ChangeMfa command);

    /// <summary>Switches the app off, with a last code as the proof. All other sessions end; this one goes on.</summary>
    [Alias("SwitchMfaOff"), Door(Callers.Visitor)]
    Task<Patients.MfaOutcome> SwitchMfaOff(ChangeMfa command);

    /// <summary>
    /// First half of a staff sign-in: the password. Right: this key is good for the second half for
    /// <see cref="SessionLimits.SecondStep"/>, and for nothing else.
    /// </summary>
    [Alias("BeginStaff"), Door(Callers.Visitor), Once]
    Task<StaffBeginOutcome> BeginStaff(BeginStaffSignIn command);

    /// <summary>
    /// Second half: the authenticator code. Right: the session of <paramref name="command"/>'s new key begins and this one ends.
    /// </summary>
    [Alias("CompleteStaff"), Door(Callers.Visitor)]
    Task<SignInOutcome> CompleteStaff(CompleteStaffSignIn command);

    /// <summary>
    /// Hands a tablet to a patient: this key begins, for forms only, and the session of the staff member who calls ends.
    /// </summary>
    [Alias("BeginKiosk"), Door(Callers.AnyStaff), Once]
    Task<Kiosk.BeginKioskOutcome> BeginKiosk(Kiosk.BeginKiosk command);

    /// <summary>Takes the tablet back with the PIN. After <see cref="Kiosk.KioskLimits.Tries"/> wrong ones the session has ended.</summary>
    [Alias("LeaveKiosk"), Door(Callers.Kiosk), Once]
    Task<Kiosk.LeaveKioskOutcome> LeaveKiosk(string pin);

    /// <summary>
    /// Whether the session lives, judged anew: lifetime, idle time, standing, epoch, portal switched on. Counts as use where
    /// <paramref name="touch"/>.
    /// </summary>
    [Alias("Check"), Door(Callers.Visitor | Callers.Kiosk | Callers.Grain)]
    Task<SessionCheck> Check(bool touch);

    /// <summary>Sends a code for clinical elevation to the patient's credential.</summary>
    [Alias("RequestElevation"), Door(Callers.Visitor), Once]
    Task<ElevationRequestOutcome> RequestElevation(ClientDevice device);

    /// <summary>Elevates with that code: the session goes on under a new key and token, and this one ends.</summary>
    [Alias("Elevate"), Door(Callers.Visitor)]
    Task<ElevateOutcome> Elevate(Elevate command);

    /// <summary>
    /// Whether this patient's clinical records may be read through this session at this moment: their own, or those of a patient they act
    /// for with that scope. Asked by the records grain at every call.
    /// </summary>
    [Alias("MayReadRecords"), Door(Callers.Grain)]
    Task<bool> MayReadRecords(string patient);

    /// <summary>
    /// Acts for this patient from now on, without signing in again; empty: for themselves. Open pages of before close, records too. False
    /// where the person may not.
    /// </summary>
    [Alias("ActFor"), Door(Callers.Visitor)]
    Task<bool> ActFor(string patient);

    /// <summary>
    /// Begins a session that another session grain has proved: after elevation or a staff member's second step. Again for the same session
    /// it answers with what is in force since the first time; null where this key is in use for anything else, or over.
    /// </summary>
    [Alias("Continue"), Door(Callers.Grain)]
    Task<ContinuedSession?> Continue(ContinuedSession session);

    /// <summary>Signs out. Idempotent.</summary>
    [Alias("SignOut"), Door(Callers.Visitor)]
    Task SignOut();

    /// <summary>Ends the session on behalf of its owner or staff. Idempotent.</summary>
    [Alias("End"), Door(Callers.Grain)]
    Task End(SessionEnd reason);

    /// <summary>Takes the elevation back; open records pages close.</summary>
    [Alias("RevokeElevation"), Door(Callers.Grain)]
    Task RevokeElevation();

    /// <summary>
    /// Writes what is not written yet: the last use, the row in the list, the audit log. Called by the grain itself, off the request.
    /// </summary>
    [Alias("Settle"), Door(Callers.Grain), Orleans.Concurrency.OneWay]
    Task Settle();

    /// <summary>
    /// Ends the session where its time is over, and forgets it 30 days after its end. Called by the sweep, for sessions that nobody calls
    /// any more.
    /// </summary>
    [Alias("Sweep"), Door(Callers.Operator)]
    Task Sweep();

    /// <summary>
    /// Tells an open page when the session or its elevation ends, within 5 seconds. A watcher lasts <see cref="SessionLimits.WatchLease"/>
    /// and is renewed by watching again.
    /// </summary>
    [Alias("Watch"), Door(Callers.Visitor | Callers.Kiosk)]
    Task Watch(ISessionObserver observer);

    /// <summary>Stops telling.</summary>
    [Alias("Unwatch"), Door(Callers.Visitor | Callers.Kiosk)]
    Task Unwatch(ISessionObserver observer);
}

/// <summary>An open page that wants to know when its session ends.</summary>
[Alias("portal.ISessionObserver")]
public interface ISessionObserver : IGrainObserver
{
    /// <summary>The session has ended.</summary>
    [Alias("Ended")]
    Task Ended(SessionEnd reason);

    /// <summary>The session acts for somebody else than the page was made for, or no longer may, or less; it goes on.</summary>
    [Alias("ActingChanged")]
    Task ActingChanged();

    /// <summary>The elevation is over; the session goes on.</summary>
    [Alias("ElevationEnded")]
    Task ElevationEnded();
}

/// <summary>
/// The sessions of one patient, as the patient and staff see them. A stateless worker over the sessions table. Key: <c>{org}/{patient}</c>.
/// </summary>
[Alias("portal.ISessionListGrain"), Repeatable]
public interface ISessionListGrain : IGrainWithStringKey
{
    /// <summary>Live sessions first, then those that ended in the last 30 days; at most 50.</summary>
    [Alias("List"), Door(Callers.PatientSelf | Callers.AnyStaff)]
    Task<IReadOnlyList<SessionRow>> List();

    /// <summary>Ends one of this patient's sessions. False where it is none of theirs.</summary>
    [Alias("End"), Door(Callers.PatientSelf | Callers.AccessStaff)]
    Task<bool> End(string sessionId);

    /// <summary>Ends all of this patient's sessions but the one that asks; the count of those ended.</summary>
    [Alias("EndOthers"), Door(Callers.PatientSelf)]
    Task<int> EndOthers();

    /// <summary>Takes the elevation of one of this patient's sessions back. False where it is none of theirs.</summary>
    [Alias("RevokeElevation"), Door(Callers.PatientSelf | Callers.AccessStaff)]
    Task<bool> RevokeElevation(string sessionId);
}
