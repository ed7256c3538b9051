using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans;

namespace Portal.Grains.Embedded;

/// <summary>
/// Builds copiers of types with <c>[GenerateSerializer]</c> and of tuples: a new object, and the surviving members one by one.
/// </summary>
internal static class MemberCopier
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Compiles the copier of a type.</summary>
    /// <exception cref="NotSupportedException">
    /// A member cannot cross a grain interface, or the type is declared wrongly; the message names it.
    /// </exception>
    public static Delegate Build(Type type)
    {
        var members = Members(type);
        foreach (var member in members)
        {
            try
            {
                Copiers.Of(TypeOf(member)).Check();
            }
            catch (NotSupportedException error)
            {
                throw new NotSupportedException($"{type}.{NameOf(member)}: {error.Message}", error);
            }
        }

        var copier = new DynamicMethod("Copy", type, [type], typeof(MemberCopier).Module, skipVisibility: true);
        var il = copier.GetILGenerator();
        var copy = il.DeclareLocal(type);
        EmitNew(il, type, copy);
        foreach (var member in members) EmitCopy(il, member, copy);
        il.Emit(OpCodes.Ldloc, copy);
        il.Emit(OpCodes.Ret);
        return copier.CreateDelegate(typeof(Func<,>).MakeGenericType(type, type));
    }

    /// <summary>
    /// Whether a value shows the same as its copy for ever: all its fields survive, none can be set, and all they hold is like that too.
    /// </summary>
    public static bool IsImmutable(Type type)
    {
        var isTuple = IsTuple(type);
        if (!isTuple && !IsMarked(type)) return false;
        var surviving = Members(type).OfType<FieldInfo>().Select(field => (field.DeclaringType, field.Name)).ToHashSet();
        return Hierarchy(type).SelectMany(part => part.GetFields(Own)).All(field => Copiers.Of(field.FieldType).IsShared
            && (isTuple || (field.IsInitOnly && surviving.Contains((field.DeclaringType, field.Name)))));
    }

    private static bool IsMarked(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static bool IsTuple(Type type) => type.IsValueType && typeof(ITuple).IsAssignableFrom(type);

    private static IEnumerable<Type> Hierarchy(Type type)
    {
        for (var part = type; part is not null && part != typeof(object) && part != typeof(ValueType); part = part.BaseType)
            yield return part;
    }

    // A property with a field of its own is copied through the field, so that it may be init-only or have no setter at all.
    private static List<MemberInfo> Members(Type type)
    {
        if (IsTuple(type)) return [.. type.GetFields(Own)];
        var members = new List<MemberInfo>();
        foreach (var part in Hierarchy(type))
        {
            var marked = part.GetMembers(Own).Where(member => member.IsDefined(typeof(IdAttribute), inherit: false)).ToArray();
            if (marked.Length > 0 && !IsMarked(part))
                throw new NotSupportedException($"{part} has members with [Id] but no [GenerateSerializer].");
            foreach (var (id, count) in marked.CountBy(member => member.GetCustomAttribute<IdAttribute>()!.Id))
                if (count > 1) throw new NotSupportedException($"{part} uses [Id({id})] twice.");
            RefusePositional(part);
            members.AddRange(marked.Select(member => (MemberInfo?)part.GetField($"<{member.Name}>k__BackingField", Own) ?? member));
        }

        return members;
    }

    private static void RefusePositional(Type type)
    {
        if (type.GetMethod("<Clone>$", Own | BindingFlags.Public) is null) return;
        foreach (var parameter in type.GetConstructors(Own).Where(made => made.IsPublic).SelectMany(made => made.GetParameters()))
        {
            var property = type.GetProperty(parameter.Name!, Own);
            if (property?.IsDefined(typeof(IdAttribute), inherit: false) == false)
                throw new NotSupportedException($"{type}.{property.Name} is positional: write it as a property with [Id] and init.");
        }
    }

    private static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    // Without the brackets of a property's field.
    private static string NameOf(MemberInfo member) => member.Name.TrimStart('<').Split('>')[0];

    private static void EmitNew(ILGenerator il, Type type, LocalBuilder copy)
    {
        if (type.IsValueType) return;
        if (type.GetConstructor(Own, []) is { } constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            il.Emit(OpCodes.Ldtoken, type);
            il.Emit(OpCodes.Call, ((Func<RuntimeTypeHandle, Type?>)Type.GetTypeFromHandle).Method);
            il.Emit(OpCodes.Call, ((Func<Type, object>)RuntimeHelpers.GetUninitializedObject).Method);
            il.Emit(OpCodes.Castclass, type);
        }

        il.Emit(OpCodes.Stloc, copy);
    }

    private static void EmitCopy(ILGenerator il, MemberInfo member, LocalBuilder copy)
    {
        var byAddress = copy.LocalType.IsValueType;
        il.Emit(byAddress ? OpCodes.Ldloca : OpCodes.Ldloc, copy);
        il.Emit(byAddress ? OpCodes.Ldarga : OpCodes.Ldarg, (short)0);
        if (member is PropertyInfo { GetMethod: { } getter }) il.Emit(OpCodes.Call, getter);
        else il.Emit(OpCodes.Ldfld, (FieldInfo)member);
        var type = TypeOf(member);
        if (!member.IsDefined(typeof(ImmutableAttribute), inherit: false))
            il.Emit(OpCodes.Call, typeof(Copier<>).MakeGenericType(type).GetMethod(nameof(Copier<int>.Copy))!);
        if (member is PropertyInfo { SetMethod: { } setter }) il.Emit(OpCodes.Call, setter);
        else il.Emit(OpCodes.Stfld, (FieldInfo)member);
    }
}
