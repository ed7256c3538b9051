using System.Reflection;
using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>Every call has a name that survives renaming, a door, and a shape that crosses machines.</summary>
public sealed class InterfaceTests
{
    [Fact]
    public void There_are_interfaces_to_look_at() => Assert.NotEmpty(Contract.Interfaces);

    [Fact]
    public void Every_grain_method_has_a_door() => Offence.None(
        from type in Contract.Interfaces
        where typeof(IGrain).IsAssignableFrom(type)
        from method in Contract.Methods(type)
        let door = method.GetCustomAttribute<DoorAttribute>()
        where door is null || door.Callers == Callers.None
        select Contract.At(type, $"{type.Name}.{method.Name} has no [Door]: it would refuse everybody"));

    // A tablet in a patient's hands passes no door that does not name it.
    private const Callers BesideVisitors = Callers.Kiosk;

    [Fact]
    public void A_door_for_visitors_does_not_list_who_is_signed_in_as_well() => Offence.None(
        from type in Contract.Interfaces
        from method in Contract.Methods(type)
        let callers = method.GetCustomAttribute<DoorAttribute>()?.Callers ?? Callers.None
        where callers.HasFlag(Callers.Visitor) && (callers & ~(Callers.Visitor | Callers.Grain | Callers.Operator | BesideVisitors)) != 0
        select Contract.At(type, $"{type.Name}.{method.Name} is open to visitors: naming others beside them misleads"));

    [Fact]
    public void Every_interface_and_method_has_a_name_of_its_own_for_the_wire() => Offence.None(
        Contract.Interfaces.SelectMany(type => Contract.Methods(type)
            .Where(method => Contract.Alias(method) != method.Name)
            .Select(method => Contract.At(type, $"{type.Name}.{method.Name} wants [Alias(\"{method.Name}\")]"))
            .Concat(Contract.Alias(type) == "portal." + type.Name
                ? []
                : [Contract.At(type, $"{type.Name} wants [Alias(\"portal.{type.Name}\")]")])));

    [Fact]
    public void Methods_are_not_overloaded() => Offence.None(
        from type in Contract.Interfaces
        from method in Contract.Methods(type).GroupBy(m => m.Name)
        where method.Count() > 1
        select Contract.At(type, $"{type.Name}.{method.Key} is overloaded: two calls with one name on the wire"));

    [Fact]
    public void Methods_answer_with_a_task() => Offence.None(
        from type in Contract.Interfaces
        from method in Contract.Methods(type)
        let result = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericTypeDefinition() : method.ReturnType
        where result != typeof(Task) && result != typeof(Task<>) && result != typeof(ValueTask) && result != typeof(ValueTask<>)
        select Contract.At(type, $"{type.Name}.{method.Name} gives {result.Name}"));

    [Fact]
    public void Keys_are_text() => Offence.None(
        from type in Contract.Interfaces
        where typeof(IGrain).IsAssignableFrom(type) && !typeof(IGrainWithStringKey).IsAssignableFrom(type)
        select Contract.At(type, $"{type.Name} has another key than text beginning with the organisation"));

    [Fact]
    public void What_crosses_is_known_to_survive() => Offence.None(
        from type in Contract.Interfaces
        from method in Contract.Methods(type)
        from crossing in Contract.Signature(method)
        let refusal = Contract.Refusal(crossing)
        where refusal is not null
        select Contract.At(type, $"{type.Name}.{method.Name}: {refusal}"));
}
