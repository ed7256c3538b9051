using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.OneTimeCodes;

/// <summary>
/// The codes of one credential: its challenges for every purpose, and the budgets that they share, so that parallel challenges multiply
/// nobody's guesses. Key: <c>{org}/{kind}.{keyed hash}</c>. Verification is one turn: of 500 guesses at once five are evaluated. It exists
/// for unknown credentials too, and does the same work for them. Under <c>{org}/change.{patient}</c> it keeps the codes by which a patient
/// proves new addresses.
/// </summary>
[Alias("portal.IOneTimeCodeGrain"), Repeatable]
public interface IOneTimeCodeGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a sign-in code. Answers the same, in the same time, whether or not anyone holds the credential: who holds it is found out,
    /// and the message sent, after the answer.
    /// </summary>
    [Alias("RequestSignIn"), Door(Callers.Visitor), Once]
    Task<CodeRequestOutcome> RequestSignIn(ClientDevice device);

    /// <summary>Asks for a code for a patient who is known already: elevation, invitation, link.</summary>
    [Alias("Request"), Door(Callers.Grain), Once]
    Task<CodeRequestOutcome> Request(CodeRequest request);

    /// <summary>Evaluates a guess, at most once for each budget. The same operation with the code it used is accepted again.</summary>
    [Alias("Verify"), Door(Callers.Grain)]
    Task<CodeVerdict> Verify(CodeGuess guess);

    /// <summary>Until when a new device gets no code or has no guess, for staff who are asked why; null: it has.</summary>
    [Alias("LockedUntil"), Door(Callers.Grain)]
    Task<DateTimeOffset?> LockedUntil();

    /// <summary>
    /// Sends what <see cref="RequestSignIn"/> or <see cref="Request"/> promised. Called by the grain itself, off the request.
    /// </summary>
    [Alias("SendPending"), Door(Callers.Grain), Orleans.Concurrency.OneWay]
    Task SendPending();

    /// <summary>
    /// Sends what was promised before a crash, and forgets codes and budgets that mean nothing any more. Called by the sweep.
    /// </summary>
    [Alias("Sweep"), Door(Callers.Operator)]
    Task Sweep();
}

/// <summary>
/// Counts what one client address does, so that one address can't try many credentials. Held in memory only. Key: <c>{org}/{keyed hash of
/// the address}</c>.
/// </summary>
[Alias("portal.IClientAddressGrain"), Repeatable]
public interface IClientAddressGrain : IGrainWithStringKey
{
    /// <summary>Counts one verification. False where the minute's budget is spent: nothing may be evaluated then.</summary>
    [Alias("TryVerify"), Door(Callers.Grain), Once]
    Task<bool> TryVerify();

    /// <summary>Counts one request for a code. False where the minute's budget is spent.</summary>
    [Alias("TryRequest"), Door(Callers.Grain), Once]
    Task<bool> TryRequest();

    /// <summary>Counts a registration; false where there were too many.</summary>
    [Alias("TryRegister"), Door(Callers.Grain), Once]
    Task<bool> TryRegister();
}

/// <summary>
/// Counts the codes that an organisation sends by text message, which cost money. Held in memory, and read from the outbox when it awakes.
/// Key: <c>{org}</c>.
/// </summary>
[Alias("portal.ISmsBudgetGrain"), Repeatable]
public interface ISmsBudgetGrain : IGrainWithStringKey
{
    /// <summary>Counts one text message. False where the hour's or day's budget is spent: none may be sent then.</summary>
    [Alias("TrySpend"), Door(Callers.Grain), Once]
    Task<bool> TrySpend();
}

/// <summary>
/// Notices when many wrong codes come in for a whole organisation, over all credentials and addresses. Held in memory only. Key:
/// <c>{org}</c>.
/// </summary>
[Alias("portal.IGuessAlarmGrain"), Repeatable]
public interface IGuessAlarmGrain : IGrainWithStringKey
{
    /// <summary>Counts a wrong guess; past the threshold an alarm goes into the audit log, once for each window.</summary>
    [Alias("WrongGuess"), Door(Callers.Grain), Orleans.Concurrency.OneWay]
    Task WrongGuess();

    /// <summary>When the alarm last went off; null where it did not in the last 24 hours.</summary>
    [Alias("LastAlarm"), Door(Callers.AnyStaff)]
    Task<DateTimeOffset?> LastAlarm();
}
