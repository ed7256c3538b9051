using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.PatientLinks;

/// <summary>
/// One link that names a patient and a purpose. Key: <c>{org}/{SHA-256 of the token}</c>. It says where to go; the code still proves who
/// holds it. Opening the page changes nothing.
/// </summary>
[Alias("portal.IPatientLinkGrain"), Repeatable]
public interface IPatientLinkGrain : IGrainWithStringKey
{
    /// <summary>Makes the link and sends it where asked. The same command again sends nothing more.</summary>
    [Alias("Create"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<CreateLinkOutcome> Create(CreateLink command);

    /// <summary>How the link stands, for whoever opens the page. Changes nothing.</summary>
    [Alias("Get"), Door(Callers.Visitor)]
    Task<LinkPage> Get();

    /// <summary>The button was pressed: noted, and a code goes to the patient's credential.</summary>
    [Alias("Open"), Door(Callers.Visitor), Once]
    Task<OpenLinkOutcome> Open(ClientDevice device);

    /// <summary>Uses the link, with the code. A single-use link is used by one operation; that operation may come again.</summary>
    [Alias("Use"), Door(Callers.Grain)]
    Task<LinkVerdict> Use(CodeGuess guess);

    /// <summary>Takes the link back. Idempotent.</summary>
    [Alias("Revoke"), Door(Callers.AccessStaff)]
    Task Revoke();
}

/// <summary>The links of one patient, newest first. A stateless worker over the links table. Key: <c>{org}/{patient}</c>.</summary>
[Alias("portal.IPatientLinkListGrain"), Repeatable]
public interface IPatientLinkListGrain : IGrainWithStringKey
{
    /// <summary>The newest 20.</summary>
    [Alias("List"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<LinkRow>> List();

    /// <summary>Revokes one of this patient's. False where it is none of theirs.</summary>
    [Alias("Revoke"), Door(Callers.AccessStaff)]
    Task<bool> Revoke(string linkId);
}
