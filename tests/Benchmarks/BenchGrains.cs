using Orleans;
using Orleans.Runtime;

namespace Portal.Benchmarks;

/// <summary>A grain that does next to nothing, so that what is measured is the engine.</summary>
[Alias("portal.bench.IEchoGrain")]
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Answers with what it was given.</summary>
    [Alias("Echo")]
    Task<int> Echo(int value);

    /// <summary>Takes and gives a record, which has to be copied both ways.</summary>
    [Alias("Pass")]
    Task<Parcel> Pass(Parcel parcel);
}

/// <summary>Something to be copied.</summary>
[GenerateSerializer, Alias("portal.bench.Parcel")]
public sealed record Parcel
{
    /// <summary>A text.</summary>
    [Id(0)] public string Text { get; init; } = "";

    /// <summary>Some more.</summary>
    [Id(1)] public List<string> Items { get; init; } = [];
}

/// <inheritdoc cref="IEchoGrain" />
public sealed class EchoGrain : Grain, IEchoGrain
{
    /// <inheritdoc />
    public Task<int> Echo(int value) => Task.FromResult(value);

    /// <inheritdoc />
    public Task<Parcel> Pass(Parcel parcel) => Task.FromResult(parcel);
}

/// <summary>A grain that writes its state at each call.</summary>
[Alias("portal.bench.ICounterGrain")]
public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Counts, durably.</summary>
    [Alias("Count")]
    Task<long> Count();
}

/// <summary>What the counter keeps: about as much as a session.</summary>
[GenerateSerializer, Alias("portal.bench.CounterState")]
public sealed record CounterState
{
    /// <summary>The count.</summary>
    [Id(0)] public long Value { get; init; }

    /// <summary>As much text as a session's state has.</summary>
    [Id(1)] public string Ballast { get; init; } = new('x', 400);
}

/// <inheritdoc cref="ICounterGrain" />
public sealed class CounterGrain([PersistentState("counter")] IPersistentState<CounterState> state) : Grain, ICounterGrain
{
    /// <inheritdoc />
    public async Task<long> Count()
    {
        state.State = state.State with { Value = state.State.Value + 1 };
        await state.WriteStateAsync();
        return state.State.Value;
    }
}
