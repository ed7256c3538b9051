namespace Portal.Grains.Shared;

/// <summary>
/// What a rule made of state and command: the state to be saved and the answer to be given. A rule that changes nothing returns
/// the very state it was given, so that a grain writes only when <see cref="Changed"/>.
/// </summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Result">What to answer, and what to do once the state is saved.</param>
public readonly record struct Decision<TState, TResult>(TState State, TResult Result)
    where TState : class
{
    /// <summary>Whether there is anything to write, given the state before.</summary>
    public bool Changed(TState before) => !ReferenceEquals(before, State);
}
