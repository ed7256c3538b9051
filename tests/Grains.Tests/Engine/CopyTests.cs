using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Portal.Grains.Embedded;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class CopyTests
{
    [Fact]
    public async Task Arguments_and_results_are_copies()
    {
        await using var host = await EngineHost.StartAsync();
        var sent = new List<int> { 1, 2 };
        await host.Grain<IKeeperGrain>().Keep(sent);
        sent.Add(3);
        var read = await host.Grain<IKeeperGrain>().Read();
        Assert.Equal([1, 2], read);
        read.Add(4);
        Assert.Equal([1, 2], await host.Grain<IKeeperGrain>().Read());
    }

    [Fact]
    public void Members_with_an_id_survive_whatever_their_access_and_others_do_not()
    {
        var copy = RoundTrip.Copy(new Mixed(7) { Name = "Alice", Loose = "gone", Inner = { "x" } });
        Assert.Equal(("Alice", "fresh", 7), (copy.Name, copy.Loose, copy.Secret));
        Assert.Equal(["x"], copy.Inner);
    }

    [Fact]
    public void Every_supported_type_comes_through()
    {
        var all = new Everything
        {
            Number = 1.5m,
            Text = "t",
            At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            For = TimeSpan.FromDays(1),
            On = new DateOnly(2026, 1, 2),
            Day = DayOfWeek.Friday,
            Maybe = null,
            Some = 3,
            Bytes = [1, 2],
            Texts = ["a"],
            Map = new() { ["k"] = [new Leaf { Value = 1 }] },
            Set = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "A" },
            Items = [new Leaf { Value = 2 }, new Leaf { Value = 3 }],
            Lookup = new Dictionary<string, Leaf> { ["x"] = new() { Value = 4 } },
            Fixed = [5, 6],
            Pair = (7, [8]),
            Case = new Outcome.Refused { Why = "no" },
            Where = new Uri("https://x/"),
        };
        var copy = RoundTrip.Copy(all);
        Assert.NotSame(all, copy);
        Assert.Equivalent(all, copy, strict: true);
        Assert.NotSame(all.Bytes, copy.Bytes);
        Assert.NotSame(all.Map["k"], copy.Map["k"]);
        Assert.NotSame(all.Pair.Many, copy.Pair.Many);
        Assert.Contains("a", copy.Set);
        Assert.IsType<Outcome.Refused>(copy.Case);
    }

    [Fact]
    public void Values_that_never_change_are_shared_by_calls()
    {
        Assert.True(Copier<Leaf>.IsShared);
        Assert.True(Copier<(Leaf, string, int?)>.IsShared);
        Assert.True(Copier<ImmutableArray<Leaf>>.IsShared);
        Assert.False(Copier<Mixed>.IsShared);
        Assert.False(Copier<Everything>.IsShared);
        Assert.False(Copier<LooseLeaf>.IsShared);
        Assert.False(Copier<Settable>.IsShared);
        Assert.False(Copier<List<int>>.IsShared);
        Assert.False(Copier<Tree>.IsShared);
    }

    [Fact]
    public void Trees_are_copied_to_the_leaves()
    {
        var tree = new Tree { Branches = [new Tree { Name = "b", Branches = [new Tree { Name = "c" }] }] };
        Assert.Equal("c", RoundTrip.Copy(tree).Branches[0].Branches[0].Name);
    }

    [Theory]
    [InlineData(typeof(object), "System.Object")]
    [InlineData(typeof(Unmarked), "CopyTests+Unmarked cannot cross")]
    [InlineData(typeof(HoldsUnmarked), "CopyTests+HoldsUnmarked.Many: Portal.Grains.Tests.Engine.CopyTests+Unmarked cannot cross")]
    [InlineData(typeof(Positional), "Positional.Name is positional")]
    [InlineData(typeof(Twice), "uses [Id(0)] twice")]
    [InlineData(typeof(SortedDictionary<string, int>), "SortedDictionary")]
    public void What_cannot_cross_is_refused_with_its_name(Type type, string says)
    {
        var error = Assert.Throws<NotSupportedException>(() => RoundTrip.Check(type));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_what_cannot_cross_fails_at_its_caller()
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => host.Grain<IKeeperGrain>().Take(new Unmarked()));
        Assert.Contains("IKeeperGrain.Take", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => host.Grain<IKeeperGrain>().Self(passReference: false));
        Assert.Equal(host.Grain<IKeeperGrain>(), await host.Grain<IKeeperGrain>().Self(passReference: true));
    }

    [Fact]
    public async Task Values_of_the_request_context_flow_to_callees_and_changes_stay_there()
    {
        await using var host = await EngineHost.StartAsync();
        RequestContext.Set("who", "Alice");
        Assert.Equal("Alice", await host.Grain<IKeeperGrain>().Context("riverside/bob"));
        Assert.Equal("Alice", RequestContext.Get("who"));
        Assert.True(RequestContext.Remove("who"));
        Assert.Null(await host.Grain<IKeeperGrain>().Context(null));
        RequestContext.Set("what", new object());
        await Assert.ThrowsAsync<NotSupportedException>(() => host.Grain<IKeeperGrain>().Context(null));
        RequestContext.Clear();
    }

    [GenerateSerializer]
    public sealed record Leaf
    {
        [Id(0)] public int Value { get; init; }
    }

    [GenerateSerializer]
    public sealed record LooseLeaf
    {
        [Id(0)] public int Value { get; init; }

        public int Loose { get; init; }
    }

    [GenerateSerializer]
    public sealed record Settable
    {
        [Id(0)] public int Value { get; set; }
    }

    [GenerateSerializer]
    public sealed record Tree
    {
        [Id(0)] public string Name { get; init; } = "";

        [Id(1)] public List<Tree> Branches { get; init; } = [];
    }

    [GenerateSerializer]
    public sealed class Mixed
    {
        public Mixed() { }

        public Mixed(int secret) => Secret = secret;

        [Id(0)] public string Name { get; init; } = "";

        public string Loose { get; init; } = "fresh";

        [Id(1)] public int Secret { get; }

        [Id(2)] public List<string> Inner { get; } = [];
    }

    [GenerateSerializer]
    public abstract record Outcome
    {
        private Outcome() { }

        [GenerateSerializer]
        public sealed record Refused : Outcome
        {
            [Id(0)] public string Why { get; init; } = "";
        }
    }

    [GenerateSerializer]
    public sealed record Everything
    {
        [Id(0)] public decimal Number { get; init; }

        [Id(1)] public string? Text { get; init; }

        [Id(2)] public DateTimeOffset At { get; init; }

        [Id(3)] public TimeSpan For { get; init; }

        [Id(4)] public DateOnly On { get; init; }

        [Id(5)] public DayOfWeek Day { get; init; }

        [Id(6)] public int? Maybe { get; init; }

        [Id(7)] public long? Some { get; init; }

        [Id(8)] public byte[] Bytes { get; init; } = [];

        [Id(9)] public string[] Texts { get; init; } = [];

        [Id(10)] public Dictionary<string, List<Leaf>> Map { get; init; } = [];

        [Id(11)] public HashSet<string> Set { get; init; } = [];

        [Id(12)] public IReadOnlyList<Leaf> Items { get; init; } = [];

        [Id(13)] public IReadOnlyDictionary<string, Leaf> Lookup { get; init; } = new Dictionary<string, Leaf>();

        [Id(14)] public ImmutableArray<int> Fixed { get; init; } = [];

        [Id(15)] public (int One, List<int> Many) Pair { get; init; }

        [Id(16)] public Outcome? Case { get; init; }

        [Id(17)] public Uri? Where { get; init; }
    }

    public sealed class Unmarked;

    [GenerateSerializer]
    public sealed record HoldsUnmarked
    {
        [Id(0)] public List<Unmarked> Many { get; init; } = [];
    }

    [GenerateSerializer]
    public sealed record Positional(string Name);

    [GenerateSerializer]
    public sealed record Twice
    {
        [Id(0)] public int One { get; init; }

        [Id(0)] public int Two { get; init; }
    }
}

public interface IKeeperGrain : IGrainWithStringKey
{
    Task Keep(List<int> items);

    Task<List<int>> Read();

    Task Take(CopyTests.Unmarked item);

    Task<IKeeperGrain> Self(bool passReference);

    Task<string?> Context(string? next);
}

[Reentrant]
public sealed class KeeperGrain : Grain, IKeeperGrain
{
    private List<int> _items = [];

    public Task Keep(List<int> items)
    {
        _items = items;
        return Task.CompletedTask;
    }

    public Task<List<int>> Read() => Task.FromResult(_items);

    public Task Take(CopyTests.Unmarked item) => Task.CompletedTask;

    public Task<IKeeperGrain> Self(bool passReference) => Task.FromResult(passReference ? this.AsReference<IKeeperGrain>() : this);

    public async Task<string?> Context(string? next)
    {
        var who = (string?)RequestContext.Get("who");
        if (next is not null) who = await GrainFactory.GetGrain<IKeeperGrain>(next).Context(null);
        RequestContext.Set("who", "somebody else");
        return who;
    }
}
