namespace Portal.Storage;

/// <summary>Statements that are committed together or not at all.</summary>
/// <param name="Point">
/// Names the write in fault injection and in messages, e.g. <c>state:Patient</c>, <c>audit</c>, <c>outbox</c>; never personal data.
/// </param>
/// <param name="Statements">One or more, run in this order.</param>
public sealed record WriteUnit(string Point, params Statement[] Statements);

/// <summary>One SQL statement with named parameters, written once for both dialects.</summary>
/// <param name="Sql">
/// Exactly one statement with <c>@name</c> parameters and without <c>RETURNING</c>. Prepared once per text and kept, so build
/// it from constants, never from values.
/// </param>
/// <param name="Parameters">
/// One for each <c>@name</c> of the text, the <c>@</c> may be left out. Values: string, long, int, bool (stored as 0/1),
/// DateTimeOffset (stored as Unix milliseconds), byte[], double and null; anything else is refused with
/// <see cref="ArgumentException"/>, and so are text with U+0000 or half a surrogate pair, and NaN, which the two dialects would
/// treat differently.
/// </param>
public sealed record Statement(string Sql, params (string Name, object? Value)[] Parameters)
{
    /// <summary>
    /// The number of rows the statement has to affect. With any other number the whole unit is rolled back and its caller gets
    /// <see cref="WriteConflictException"/>. For INSERT, UPDATE and DELETE. Not checked when null, the default.
    /// </summary>
    public int? MustAffect { get; init; }
}
