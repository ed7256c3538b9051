namespace Portal.Web.Shared;

/// <summary>
/// What is wrong with a form: shown in the <see cref="ErrorSummary"/> and beside each field. In the order added; the first message of a
/// field counts.
/// </summary>
public sealed class FormErrors
{
    private readonly List<(string Field, string Message)> _errors = [];

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Everything that is wrong: the id of the field (empty: the form as a whole) and the message.</summary>
    public IReadOnlyList<(string Field, string Message)> All => _errors;

    /// <summary>The message of a field; null where nothing is wrong with it.</summary>
    public string? this[string field]
    {
        get
        {
            foreach (var (name, message) in _errors)
            {
                if (name == field) return message;
            }

            return null;
        }
    }

    /// <summary>Adds a message: a sentence that says what to do, such as "Enter your date of birth".</summary>
    /// <param name="field">The field's <c>Name</c> (for dates the name of the group); empty for the form as a whole.</param>
    /// <param name="message">What the person reads; never what they typed.</param>
    public void Add(string field, string message)
    {
        if (this[field] is null || field.Length == 0) _errors.Add((field, message));
    }
}
