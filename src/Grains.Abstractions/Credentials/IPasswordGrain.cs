using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// The password of one patient, apart from everything else about them, because comparing one takes long. Key: <c>{org}/{patient}</c>. It
/// exists for patients who do not, too, and does the same work for them.
/// </summary>
[Alias("portal.IPasswordGrain"), Repeatable]
public interface IPasswordGrain : IGrainWithStringKey
{
    /// <summary>Whether there is a password, and of what sort.</summary>
    [Alias("View"), Door(Callers.PatientSelf | Callers.AnyStaff | Callers.Grain)]
    Task<PasswordView> View();

    /// <summary>Compares a password, within the budgets of wrong ones.</summary>
    [Alias("Check"), Door(Callers.Grain), Once]
    Task<PasswordAnswer> Check(PasswordAttempt attempt);

    /// <summary>
    /// Puts a password of the patient's own choice in force, ends every session and tells the patient. Whoever calls has made sure that it
    /// is the patient who chooses. The same operation again changes nothing.
    /// </summary>
    [Alias("Choose"), Door(Callers.Grain)]
    Task<ChoosePasswordOutcome> Choose(ChoosePassword command);

    /// <summary>
    /// Makes a temporary password in place of the one there is, and ends every session: it works for
    /// <see cref="PasswordLimits.TemporaryLifetime"/> and must be changed at the first sign-in. The same operation again gives the same
    /// one, while
    /// it is good.
    /// </summary>
    [Alias("MakeTemporary"), Door(Callers.AccessStaff)]
    Task<TemporaryPasswordOutcome> MakeTemporary(string operation);

    /// <summary>Takes the password away, and ends every session. The same operation again changes nothing.</summary>
    [Alias("Remove"), Door(Callers.AccessStaff)]
    Task Remove(string operation);
}

/// <summary>
/// The way back in for whoever forgot a password: the sign-in email and the home postal code, then a link. Key: <c>{org}/{kind}.{keyed
/// hash}</c> of what was typed. It keeps nothing in memory and answers the same, after the same work, whether or not anyone has that
/// address.
/// </summary>
[Alias("portal.IPasswordRecoveryGrain"), Repeatable]
public interface IPasswordRecoveryGrain : IGrainWithStringKey
{
    /// <summary>Sends a link where address and postal code belong together; in any case says that it would.</summary>
    [Alias("Request"), Door(Callers.Visitor), Once]
    Task<RecoveryOutcome> Request(RequestRecovery command);
}

/// <summary>One link for choosing a new password. Key: <c>{org}/{SHA-256 of the link's token}</c>: who has the link may call.</summary>
[Alias("portal.IPasswordResetGrain"), Repeatable]
public interface IPasswordResetGrain : IGrainWithStringKey
{
    /// <summary>Whether the link works now. Changes nothing.</summary>
    [Alias("IsGood"), Door(Callers.Visitor)]
    Task<bool> IsGood();

    /// <summary>Puts a new password in force, once; every session ends, and every other such link dies.</summary>
    [Alias("Use"), Door(Callers.Visitor), Once]
    Task<ResetOutcome> Use(string password);
}
