namespace Portal.Storage;

/// <summary>Finds the places of named parameters in one statement's text, and refuses missing, unknown and repeated ones.</summary>
/// <param name="count">Distinct parameters of the text.</param>
/// <param name="positionOf">The place of a name without its <c>@</c>; negative when the text has none of that name.</param>
internal sealed class ParameterOrder(int count, Func<string, int> positionOf)
{
    private (string Name, int Position)[] _order = [];

    /// <summary>The place of each parameter, in the order they are given.</summary>
    public (string Name, int Position)[] Of((string Name, object? Value)[] parameters) =>
        Holds(parameters) ? _order : _order = Find(parameters);

    // A call site always names its parameters in the same order, so the order found the first time nearly always holds.
    private bool Holds((string Name, object? Value)[] parameters)
    {
        if (parameters.Length != _order.Length || parameters.Length != count) return false;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!string.Equals(parameters[i].Name, _order[i].Name, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private (string Name, int Position)[] Find((string Name, object? Value)[] parameters)
    {
        var order = new (string, int)[parameters.Length];
        var seen = new HashSet<int>();
        for (var i = 0; i < parameters.Length; i++)
        {
            var name = parameters[i].Name;
            var position = positionOf(name.StartsWith('@') ? name[1..] : name);
            if (position < 0 || !seen.Add(position))
                throw new ArgumentException($"The statement has no parameter '{name}', or it is given twice.");
            order[i] = (name, position);
        }

        if (seen.Count != count) throw new ArgumentException($"The statement has {count} parameters and {seen.Count} are given.");
        return order;
    }
}
