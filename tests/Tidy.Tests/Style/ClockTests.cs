using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>
/// Time comes from a TimeProvider and chance from RandomNumberGenerator, everywhere: only so can a simulation repeat itself.
/// </summary>
public sealed class ClockTests
{
    private static readonly Dictionary<(string Type, string Member), string> Banned = new()
    {
        [("DateTime", "UtcNow")] = "Ask a TimeProvider",
        [("DateTime", "Now")] = "Ask a TimeProvider, and in UTC",
        [("DateTime", "Today")] = "Ask a TimeProvider, and in a stated time zone",
        [("DateTimeOffset", "UtcNow")] = "Ask a TimeProvider",
        [("DateTimeOffset", "Now")] = "Ask a TimeProvider, and in UTC",
        [("Guid", "NewGuid")] = "Ids come from RandomNumberGenerator (Ids.New)",
        [("Random", "Shared")] = "Draw from RandomNumberGenerator, or be handed a seeded source",
        [("Thread", "Sleep")] = "A sleep is either too long or too short: wait for the event itself",
    };

    [Fact]
    public void The_clock_and_the_dice_are_never_taken_from_the_air() =>
        Offence.None(Repository.Source.Concat(Repository.Tests).SelectMany(Members));

    // Orleans works on threads of its own, whose end nothing announces; a process that starts is asked until it answers. Benchmarks are
    // programs
    // that time real processes by the machine's clock.
    [Fact]
    public void Tests_never_sleep() => Offence.None(
        Repository.Tests.Where(file => file.Segments is not ["tests", "Shared", "orleans", ..]
            and not ["tests", "Benchmarks", ..] and not ["tests", "Browser.Tests", "PortalProcess.cs"]).SelectMany(Delays));

    [Fact]
    public void A_delay_names_its_clock() =>
        Offence.None(Repository.Source.Where(file => !WaitsForOthers(file)).SelectMany(DelaysWithoutClock));

    [Theory]
    [InlineData("var now = DateTimeOffset.UtcNow;")]
    [InlineData("var now = System.DateTime.Now;")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("var id = Guid.NewGuid();")]
    public void A_breach_is_found(string statement) =>
        Assert.NotEmpty(Members(SourceFile.Of("src/A.cs", $"class A {{ void B() {{ {statement} }} }}")));

    [Theory]
    [InlineData("await Task.Delay(1000);", true)]
    [InlineData("await Task.Delay(wait, ct);", true)]
    [InlineData("await Task.Delay(wait, _time, ct);", false)]
    public void A_delay_on_the_machines_own_clock_is_found(string statement, bool offence) =>
        Assert.Equal(offence, DelaysWithoutClock(SourceFile.Of("src/A.cs", $"class A {{ async Task B() {{ {statement} }} }}")).Any());

    // A database that is away or locked comes back, and a browser's connection dies, by the machine's clock and not by a fake one.
    private static bool WaitsForOthers(SourceFile file) => file.Segments is ["src", "Storage" or "Web", ..];

    private static IEnumerable<Offence> Members(SourceFile file) =>
        from access in file.Nodes<MemberAccessExpressionSyntax>()
        let type = access.Expression.ToString().Split('.')[^1]
        let member = access.Name.Identifier.Text
        where Banned.ContainsKey((type, member)) && !(type == "Thread" && WaitsForOthers(file))
        select file.At(access, $"{type}.{member}: {Banned[(type, member)]}");

    private static IEnumerable<Offence> Delays(SourceFile file) =>
        DelayCalls(file).Select(call => file.At(call, "Task.Delay in a test: move the fake clock, or wait for the event itself"));

    private static IEnumerable<Offence> DelaysWithoutClock(SourceFile file) => DelayCalls(file)
        .Where(call => !call.ArgumentList.Arguments.Skip(1).Any(a => NamesClock(a.Expression.ToString())))
        .Select(call => file.At(call, "Task.Delay without a TimeProvider: a fake clock could not move it"));

    private static bool NamesClock(string argument) =>
        argument.Contains("time", StringComparison.OrdinalIgnoreCase) || argument.Contains("clock", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<InvocationExpressionSyntax> DelayCalls(SourceFile file) => file.Nodes<InvocationExpressionSyntax>()
        .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Delay" } access
            && access.Expression.ToString().EndsWith("Task", StringComparison.Ordinal));
}
