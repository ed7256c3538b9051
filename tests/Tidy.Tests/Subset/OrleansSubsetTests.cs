using System.Collections.Immutable;
using Portal.Grains.Embedded;

namespace Portal.Tidy.Tests.Subset;

/// <summary>
/// What the embedded engine offers in Orleans' namespaces is a subset of Orleans 10.4.2: code that compiles against it compiles against
/// Orleans. The package of Orleans' core abstractions is at hand and is compared member by member, read as a file; what it calls in
/// Orleans' other assemblies proves those members. What neither shows stands in <c>listed.txt</c> with the assembly it is in, and that
/// list is compared with the real assemblies wherever the tests are built with Orleans itself.
/// </summary>
public sealed class OrleansSubsetTests
{
    private static readonly string RealFolder = Path.Combine(AppContext.BaseDirectory, "orleans");
    private static readonly Dictionary<string, ApiType> Real = [];
    private static readonly Dictionary<string, HashSet<string>> Called = [];
    private static readonly Dictionary<string, ApiType> Ours = [];
    private static readonly ImmutableHashSet<string> Listed = ListedSignatures.Read();

    static OrleansSubsetTests()
    {
        foreach (var path in Directory.EnumerateFiles(RealFolder, "Orleans.*.dll"))
        {
            using var reader = new ApiReader(path);
            foreach (var (name, type) in reader.Types()) Real[name] = type;
            foreach (var group in reader.Calls())
            {
                if (!Called.TryGetValue(group.Key, out var members)) Called[group.Key] = members = [];
                members.UnionWith(group);
            }
        }
        using var ours = new ApiReader(typeof(EmbeddedSilo).Assembly.Location);
        foreach (var (name, type) in ours.Types().Where(t => t.Key.StartsWith("Orleans", StringComparison.Ordinal))) Ours[name] = type;
    }

    [Fact]
    public void The_real_core_abstractions_are_here_to_compare_with() =>
        Assert.True(Real.Count > 200, $"Only {Real.Count} types in {RealFolder}");

    [Fact]
    public void Every_name_the_stand_in_offers_is_one_of_Orleans() => Fail(Ours.Values.SelectMany(Differences));

    [Fact]
    public void Interfaces_that_our_code_implements_have_all_the_members_Orleans_asks_for() => Fail(
        from type in Ours.Values
        where type.IsInterface && Real.ContainsKey(type.Name) && Implemented().Contains(type.Name)
        from member in Real[type.Name].Members
        where member.Value.IsAbstract && !type.Members.ContainsKey(member.Key)
        select $"{type.Name}: Orleans asks whoever implements it for {member.Key}");

    [Fact]
    public void Nothing_is_listed_that_can_be_compared_or_is_not_offered() => Fail(
        from line in Listed
        let split = line.Split(" :: ")
        where !Ours.TryGetValue(split[0], out var ours) || !ours.Members.ContainsKey(split[^1])
            || Real.ContainsKey(split[0]) || IsCalled(split[0], split[^1])
        select $"listed.txt: '{line}' is not needed");

    private static IEnumerable<string> Differences(ApiType type)
    {
        if (Real.TryGetValue(type.Name, out var real)) return DifferencesFrom(type, real);
        return from member in type.Members.Keys
               where !IsCalled(type.Name, member) && !Listed.Contains($"{type.Name} :: {member}")
               select $"{type.Name} :: {member}   can be compared with nothing here: list it, with the assembly it is in";
    }

    private static IEnumerable<string> DifferencesFrom(ApiType ours, ApiType real)
    {
        if (ours.IsInterface != real.IsInterface) yield return $"{ours.Name}: is an interface in one of the two only";
        if (real.IsAbstract && !ours.IsAbstract) yield return $"{ours.Name}: Orleans' is abstract";
        if (real.IsSealed && !ours.IsSealed) yield return $"{ours.Name}: Orleans' is sealed, nothing may derive from it";
        foreach (var name in ours.Bases.Except(AllBases(real))) yield return $"{ours.Name}: Orleans' is no {name}";
        foreach (var name in real.Required.Except(ours.Required)) yield return $"{ours.Name}.{name}: Orleans requires it to be set";
        foreach (var text in real.Constraints.Except(ours.Constraints))
            yield return $"{ours.Name}: Orleans demands of its parameter {text}";
        foreach (var text in UsageDifferences(ours, real)) yield return text;
        foreach (var (key, member) in ours.Members)
        {
            if (Find(real, key) is not { } theirs)
            {
                yield return $"{ours.Name}: Orleans has no {key}";
                continue;
            }
            foreach (var text in MemberDifferences(member, theirs)) yield return $"{ours.Name}: {key}: {text}";
        }
    }

    private static IEnumerable<string> MemberDifferences(ApiMember ours, ApiMember theirs)
    {
        if (ours.IsPublic && !theirs.IsPublic) yield return "Orleans' is protected";
        if (ours.IsVirtual && !theirs.IsVirtual) yield return "Orleans' can't be overridden";
        if (theirs.IsObsolete && !ours.IsObsolete) yield return "Orleans' is obsolete";
        if (!ours.Parameters.SequenceEqual(theirs.Parameters))
            yield return $"parameters ({string.Join(", ", ours.Parameters)}), Orleans' ({string.Join(", ", theirs.Parameters)})";
        foreach (var text in theirs.Constraints.Except(ours.Constraints)) yield return $"Orleans demands of its parameter {text}";
        if (ours.Constant != theirs.Constant) yield return $"is {ours.Constant}, Orleans' {theirs.Constant}";
    }

    private static IEnumerable<string> UsageDifferences(ApiType ours, ApiType real)
    {
        if (ours.Usage is null && real.Usage is null) yield break;
        var everywhere = new ApiUsage(AttributeTargets.All, AllowMultiple: false, Inherited: true);
        var (mine, theirs) = (ours.Usage ?? everywhere, real.Usage ?? everywhere);
        if ((mine.Targets & ~theirs.Targets) != 0)
            yield return $"{ours.Name}: may not stand on {mine.Targets & ~theirs.Targets} in Orleans";
        if (mine.AllowMultiple && !theirs.AllowMultiple) yield return $"{ours.Name}: may stand only once in Orleans";
        if (mine.Inherited != theirs.Inherited) yield return $"{ours.Name}: is {(theirs.Inherited ? "" : "not ")}inherited in Orleans";
    }

    // A member declared here may come from a base type there.
    private static ApiMember? Find(ApiType real, string key)
    {
        if (real.Members.TryGetValue(key, out var member)) return member;
        if (key.StartsWith(".ctor", StringComparison.Ordinal)) return null;
        return real.Bases.Select(b => Real.GetValueOrDefault(ApiReader.Open(b))).OfType<ApiType>()
            .Select(b => Find(b, key)).FirstOrDefault(m => m is not null);
    }

    private static HashSet<string> AllBases(ApiType type)
    {
        var all = new HashSet<string>(type.Bases, StringComparer.Ordinal) { "System.Object" };
        foreach (var name in type.Bases)
        {
            if (Real.TryGetValue(ApiReader.Open(name), out var known)) all.UnionWith(AllBases(known));
        }
        return all;
    }

    private static bool IsCalled(string type, string member) => Called.TryGetValue(type, out var members) && members.Contains(member);

    private static HashSet<string> Implemented() =>
    [
        .. Portals.Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsClass)
            .SelectMany(type => type.GetInterfaces())
            .Where(i => i.Assembly == typeof(EmbeddedSilo).Assembly)
            .Select(i => i.FullName!),
    ];

    private static void Fail(IEnumerable<string> differences)
    {
        var list = differences.Distinct().Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0) Assert.Fail($"Differences from Orleans: {list.Count}\n{string.Join('\n', list)}");
    }
}
