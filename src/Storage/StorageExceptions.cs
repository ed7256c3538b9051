namespace Portal.Storage;

/// <summary>
/// The database refused or failed a unit. Nothing of it is written, unless the subclass says otherwise. Messages never hold values.
/// </summary>
public class StorageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A statement affected another number of rows than its <see cref="Statement.MustAffect"/>: somebody else wrote first. Nothing
/// of the unit is written.
/// </summary>
public sealed class WriteConflictException(string point, int statement, int expected, int actual)
    : StorageException($"The write '{point}' was refused: statement {statement + 1} affected {actual} rows where {expected} were expected.")
{
    /// <summary><see cref="WriteUnit.Point"/> of the refused unit.</summary>
    public string Point { get; } = point;

    /// <summary>Rows the statement affected before it was undone; 0 for an injected conflict.</summary>
    public int Actual { get; } = actual;
}

/// <summary>A unique index or primary key already holds a row like this. Nothing of the unit is written.</summary>
public sealed class DuplicateKeyException(string point, Exception inner)
    : StorageException($"The write '{point}' was refused: a row with the same key exists.", inner)
{
    /// <summary><see cref="WriteUnit.Point"/> of the refused unit.</summary>
    public string Point { get; } = point;
}

/// <summary>The database cannot be reached, is locked by another program, or did not answer in time.</summary>
public sealed class DatabaseUnavailableException(string message, bool outcomeUnknown, Exception? inner = null)
    : StorageException(outcomeUnknown ? message + " Whether the write happened is unknown: read before repeating it." : message, inner)
{
    /// <summary>True when the write may or may not have become durable; false when it certainly has not.</summary>
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}

/// <summary>Another process holds the database.</summary>
public sealed class AlreadyRunningException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>The database was made by a newer version of the program than this one, which therefore refuses to touch it.</summary>
public sealed class DatabaseNewerException(string message) : StorageException(message);

/// <summary>Thrown where <see cref="IWriteFaults"/> asked for it.</summary>
public sealed class InjectedFaultException(string point, WriteFault fault)
    : StorageException($"The write '{point}' met the injected fault {fault}.")
{
    /// <summary>The fault that was asked for; tells whether the write is durable.</summary>
    public WriteFault Fault { get; } = fault;
}
