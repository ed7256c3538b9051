using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>Every type that crosses a grain interface or is stored is one the serializer knows, closed, and numbered.</summary>
public sealed class TypeTests
{
    private static readonly IReadOnlyList<Type> All = [.. Contract.Crossing.Concat(Contract.Stored).Distinct()];

    [Fact]
    public void There_are_types_to_look_at()
    {
        Assert.NotEmpty(Contract.Crossing);
        Assert.NotEmpty(Contract.Stored);
    }

    [Fact]
    public void Every_type_has_a_serializer_and_a_name_for_the_wire() => Offence.None(
        from type in All
        where !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
            || Contract.Alias(type)?.StartsWith("portal.", StringComparison.Ordinal) is not true
        select Contract.At(type, $"{type.Name} wants [GenerateSerializer, Alias(\"portal.…\")]"));

    [Fact]
    public void No_two_types_have_one_name() => Offence.None(
        from same in Portals.Assemblies.SelectMany(a => a.GetTypes()).Where(Contract.IsOurs).GroupBy(Contract.Alias)
        where same.Key is not null && same.Count() > 1
        from type in same
        select Contract.At(type, $"'{same.Key}' names {string.Join(" and ", same.Select(t => t.FullName))}"));

    [Fact]
    public void Every_member_has_a_number_of_its_own() => Offence.None(All.Where(type => !type.IsEnum).SelectMany(Numbers));

    [Fact]
    public void Every_type_is_closed() => Offence.None(
        from type in All
        where type.IsClass && !type.IsSealed && !(type.IsAbstract && HasNoConstructorForOthers(type) && Contract.Cases(type).Any())
        select Contract.At(type, $"{type.Name} is open: sealed it is, or abstract with a private constructor and its cases inside"));

    [Fact]
    public void Every_member_is_known_to_survive() => Offence.None(
        from type in All
        from member in Contract.Members(type)
        let refusal = Contract.Refusal(member.PropertyType)
        where refusal is not null
        select Contract.At(type, $"{type.Name}.{member.Name}: {refusal}"));

    [Fact]
    public void State_has_no_cases() => Offence.None(
        from type in Contract.Stored
        where type.IsAbstract
        select Contract.At(type, $"{type.Name} has cases: stored JSON would not say which; store a kind and its fields"));

    [Fact]
    public void State_holds_no_grain() => Offence.None(
        from type in Contract.Stored
        from member in Contract.Members(type)
        where typeof(IAddressable).IsAssignableFrom(member.PropertyType)
        select Contract.At(type, $"{type.Name}.{member.Name} is a reference: store the key"));

    private static IEnumerable<Offence> Numbers(Type type)
    {
        var taken = new Dictionary<uint, string>();
        foreach (var member in Contract.Members(type).Where(m => m.DeclaringType == type))
        {
            if (member.GetCustomAttribute<IdAttribute>() is not { } id)
                yield return Contract.At(type, $"{type.Name}.{member.Name} has no [Id(n)]: it is lost in a call");
            else if (!taken.TryAdd(id.Id, member.Name))
                yield return Contract.At(type, $"{type.Name}.{member.Name} has the number of {taken[id.Id]}");
        }
    }

    // The copy constructor of a record is protected and does no harm.
    private static bool HasNoConstructorForOthers(Type type) => type
        .GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .All(c => c.IsPrivate || c.GetParameters() is [{ ParameterType: var only }] && only == type);
}
