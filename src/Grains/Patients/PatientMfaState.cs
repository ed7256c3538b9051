using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Patients;

/// <summary>
/// The authenticator app of one patient: part of the patient's own state, so that it is switched on or off by the very write that ends the
/// sessions. Without a <see cref="Secret"/> there is none: then only the budgets mean anything.
/// </summary>
[GenerateSerializer, Alias("portal.PatientMfaState")]
public sealed record PatientMfaState
{
    /// <summary>The secret, encrypted under the installation's; empty: none.</summary>
    [Id(0)] public byte[] Secret { get; init; } = [];

    /// <summary>Since when its code is asked for; null: never.</summary>
    [Id(1)] public DateTimeOffset? Since { get; init; }

    /// <summary>The time step of the last code accepted; no code of it or an earlier one is accepted again.</summary>
    [Id(2)] public long Step { get; init; }

    /// <summary>The operation that used the last code, which alone may come again with it.</summary>
    [Id(3)] public string UsedBy { get; init; } = "";

    /// <summary>The keyed hash of the recovery code that operation used; empty where it was a code of the app.</summary>
    [Id(4)] public string UsedRecovery { get; init; } = "";

    /// <summary>Keyed hashes of the recovery codes that were not used yet.</summary>
    [Id(5)] public IReadOnlyList<string> Recovery { get; init; } = [];

    /// <summary>The operation that the recovery codes in force were made by.</summary>
    [Id(6)] public string RecoveryOf { get; init; } = "";

    /// <summary>The operation that last set up, renewed or switched off.</summary>
    [Id(7)] public string Change { get; init; } = "";

    /// <summary>The epoch whose sessions that ended; null where it ended none.</summary>
    [Id(8)] public int? EndedEpoch { get; init; }

    /// <summary>Wrong codes from browsers that have signed this patient in before, within a day, the newest last.</summary>
    [Id(9)] public DateTimeOffset[] WrongFromKnown { get; init; } = [];

    /// <summary>Wrong codes from all other browsers together, likewise.</summary>
    [Id(10)] public DateTimeOffset[] WrongFromUnknown { get; init; } = [];
}

/// <summary>A message to the patient that is still to be queued. Written with what it is about, and gone once it is queued.</summary>
[GenerateSerializer, Alias("portal.OwedNotice")]
public sealed record OwedNotice
{
    /// <summary>The message's id, so that it is queued once.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>What it is about.</summary>
    [Id(1)] public MessageKind Kind { get; init; }

    /// <summary>Where it goes; empty: to where the patient is reached when it is sent.</summary>
    [Id(2)] public string To { get; init; } = "";

    /// <summary>Whether that is a mobile number.</summary>
    [Id(3)] public bool Sms { get; init; }

    /// <summary>The kind of credential that it is about, where it names one.</summary>
    [Id(4)] public CredentialKind? Credential { get; init; }
}
