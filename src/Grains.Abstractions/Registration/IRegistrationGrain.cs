using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Registration;

/// <summary>
/// One person who registers online. Key: <c>{org}/{SHA-256 of the token in the message}</c>. Nothing is looked up about patients before
/// the address is proved, so that filling in the form tells nobody anything. Opening the link changes nothing; its button does.
/// </summary>
[Alias("portal.IRegistrationGrain"), Repeatable]
public interface IRegistrationGrain : IGrainWithStringKey
{
    /// <summary>Takes the form and sends the link. The same form again sends nothing more. Older ones of the address are dead.</summary>
    [Alias("Submit"), Door(Callers.Visitor)]
    Task<SubmitOutcome> Submit(SubmitRegistration command);

    /// <summary>How it stands, for whoever opens the link. Changes nothing.</summary>
    [Alias("Get"), Door(Callers.Visitor)]
    Task<RegistrationPage> Get();

    /// <summary>
    /// The button of the link was pressed: makes the patient, or holds the registration for staff where somebody like that is on file. The
    /// first operation wins, for good; the same operation goes on where a crash stopped it.
    /// </summary>
    [Alias("Confirm"), Door(Callers.Grain)]
    Task<RegistrationVerdict> Confirm(string operation);

    /// <summary>All that staff decide by; null where there is none, or its details were forgotten.</summary>
    [Alias("View"), Door(Callers.Grain)]
    Task<RegistrationView?> View();

    /// <summary>Staff: it is this patient, who is invited to the address on file. Nothing of the form goes into the record.</summary>
    [Alias("Attach"), Door(Callers.Grain)]
    Task<DecisionOutcome> Attach(string patient);

    /// <summary>
    /// Staff: it is somebody new. Access is on where the address was proved and is nobody else's; else it is off until staff enable it.
    /// </summary>
    [Alias("Admit"), Door(Callers.Grain)]
    Task<DecisionOutcome> Admit();

    /// <summary>Staff: no. Whoever proved the address is told, politely and with the clinic's own words.</summary>
    /// <param name="note">At most <see cref="RegistrationLimits.MaxNote"/> characters; may be empty.</param>
    [Alias("Refuse"), Door(Callers.Grain)]
    Task<DecisionOutcome> Refuse(string note);
}

/// <summary>
/// The registrations of one address: which one counts, and how many there may be. Key: <c>{org}/{kind}.{keyed hash}</c> of the address.
/// </summary>
[Alias("portal.IRegistrationDeskGrain"), Repeatable]
public interface IRegistrationDeskGrain : IGrainWithStringKey
{
    /// <summary>Makes this registration the one that counts. Null: it does. Else when another may be.</summary>
    [Alias("Take"), Door(Callers.Grain)]
    Task<DateTimeOffset?> Take(string registration);

    /// <summary>This registration is over: it does not count any more, and what nobody needs of the address is forgotten.</summary>
    [Alias("Release"), Door(Callers.Grain)]
    Task Release(string registration);

    /// <summary>Whether this registration is the one that counts.</summary>
    [Alias("IsCurrent"), Door(Callers.Grain)]
    Task<bool> IsCurrent(string registration);
}

/// <summary>
/// Lets people of one birth date in one after the other, so that two registrations of one person can't both find nobody like them. Key:
/// <c>{org}/{keyed hash of the birth date}</c>. Keeps nothing.
/// </summary>
[Alias("portal.IRegistrationGateGrain"), Repeatable]
public interface IRegistrationGateGrain : IGrainWithStringKey
{
    /// <summary>Makes the patient unless somebody like that is on file.</summary>
    [Alias("Admit"), Door(Callers.Grain)]
    Task<AdmitOutcome> Admit(AdmitPerson command);
}

/// <summary>The registrations of an organisation, for staff. A stateless worker over the registrations table. Key: <c>{org}</c>.</summary>
[Alias("portal.IRegistrationListGrain"), Repeatable]
public interface IRegistrationListGrain : IGrainWithStringKey
{
    /// <summary>A page of them, newest first.</summary>
    [Alias("List"), Door(Callers.AccessStaff)]
    Task<RegistrationList> List(RegistrationQuery query);

    /// <summary>
    /// One of them, with the patients who might be the same person; null where there is none. Is written to the audit log.
    /// </summary>
    [Alias("Get"), Door(Callers.AccessStaff)]
    Task<RegistrationComparison?> Get(string id);

    /// <summary>As <see cref="IRegistrationGrain.Attach"/>.</summary>
    [Alias("Attach"), Door(Callers.AccessStaff)]
    Task<DecisionOutcome> Attach(string id, string patient);

    /// <summary>As <see cref="IRegistrationGrain.Admit"/>.</summary>
    [Alias("Admit"), Door(Callers.AccessStaff)]
    Task<DecisionOutcome> Admit(string id);

    /// <summary>As <see cref="IRegistrationGrain.Refuse"/>.</summary>
    [Alias("Refuse"), Door(Callers.AccessStaff)]
    Task<DecisionOutcome> Refuse(string id, string note);
}

/// <summary>
/// Notices and bounds floods of registrations, which no budget of one address or client sees. In memory only. Key: <c>{org}</c>.
/// </summary>
[Alias("portal.IRegistrationFloodGrain"), Repeatable]
public interface IRegistrationFloodGrain : IGrainWithStringKey
{
    /// <summary>Counts one. Null: it is taken. Else the organisation has too many, and when another may be.</summary>
    [Alias("Take"), Door(Callers.Grain), Once]
    Task<DateTimeOffset?> Take();

    /// <summary>The last alarm within a day; null where there was none.</summary>
    [Alias("LastAlarm"), Door(Callers.AnyStaff)]
    Task<DateTimeOffset?> LastAlarm();
}
