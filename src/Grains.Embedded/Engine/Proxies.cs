using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Portal.Grains.Embedded
{
    /// <summary>Makes a reference of one interface to the grain or observer of that kind and key.</summary>
    internal delegate GrainReference ReferenceFactory(EmbeddedSilo silo, GrainKind kind, string key);

    /// <summary>
    /// Makes the classes behind references. For each interface one class is emitted; each of its methods packs the arguments into a tuple
    /// and hands them, with the method's description out of a static field, to <see cref="Send"/>. So a call costs no look-up, no boxing
    /// and no reflection.
    /// </summary>
    internal static class Proxies
    {
        private static readonly ConcurrentDictionary<Type, ReferenceFactory> s_factories = new();
        private static readonly HashSet<string> s_visible = [];
        private static readonly Lock s_emitting = new();

        private static readonly AssemblyBuilder s_assembly =
            AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Portal.Grains.Embedded.Proxies"), AssemblyBuilderAccess.Run);

        private static readonly ModuleBuilder s_module = s_assembly.DefineDynamicModule("Proxies");

        /// <summary>Makes references of that interface.</summary>
        public static ReferenceFactory Of(Type interfaceType) =>
            s_factories.TryGetValue(interfaceType, out var factory) ? factory : Emit(interfaceType);

        private static ReferenceFactory Emit(Type interfaceType)
        {
            lock (s_emitting)
            {
                if (s_factories.TryGetValue(interfaceType, out var earlier)) return earlier;
                MakeVisible(typeof(Proxies));
                MakeVisible(interfaceType);
                var constructor = typeof(GrainReference).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
                Type[] parameters = [.. constructor.GetParameters().Select(parameter => parameter.ParameterType)];
                var name = $"{interfaceType.FullName}#{s_factories.Count}";
                const TypeAttributes attributes = TypeAttributes.Sealed | TypeAttributes.Public;
                var type = s_module.DefineType(name, attributes, typeof(GrainReference), [interfaceType]);
                var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
                for (var index = 0; index <= parameters.Length; index++) il.Emit(OpCodes.Ldarg, (short)index);
                il.Emit(OpCodes.Call, constructor);
                il.Emit(OpCodes.Ret);

                var methods = interfaceType.GetInterfaces().Prepend(interfaceType).SelectMany(part => part.GetMethods())
                    .Where(info => info.IsAbstract && !info.IsStatic).Select(Method.Of).ToArray();
                var fields = methods.Select((method, index) => EmitMethod(type, method, $"_{index}")).ToArray();
                var made = type.CreateType();
                for (var index = 0; index < methods.Length; index++) made.GetField(fields[index].Name)!.SetValue(null, methods[index]);
                return s_factories[interfaceType] = Factory(made, parameters);
            }
        }

        private static FieldBuilder EmitMethod(TypeBuilder type, Method method, string name)
        {
            var arguments = method.GetType().GetGenericArguments();
            var parameters = method.Info.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
            foreach (var used in parameters.Append(method.Info.ReturnType)) MakeVisible(used);
            var field = type.DefineField(name, method.GetType(), FieldAttributes.Public | FieldAttributes.Static);
            const MethodAttributes attributes = MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final;
            var body = type.DefineMethod($"{method.InterfaceType.Name}.{method.Info.Name}", attributes, method.Info.ReturnType, parameters);
            var il = body.GetILGenerator();
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldsfld, field);
            for (var index = 1; index <= parameters.Length; index++) il.Emit(OpCodes.Ldarg, (short)index);
            if (parameters.Length > 0) il.Emit(OpCodes.Newobj, arguments[0].GetConstructor(parameters)!);
            else il.Emit(OpCodes.Ldloc, il.DeclareLocal(arguments[0]));
            il.Emit(OpCodes.Call, SenderOf(method.Info.ReturnType, arguments));
            il.Emit(OpCodes.Ret);
            type.DefineMethodOverride(body, method.Info);
            return field;
        }

        private static MethodInfo SenderOf(Type returns, Type[] arguments)
        {
            var name = returns == typeof(void) ? nameof(Send.Forget)
                : returns == typeof(Task) ? nameof(Send.ForTask)
                : returns == typeof(ValueTask) ? nameof(Send.ForValueTask)
                : returns.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(Send.ForTaskOf)
                : nameof(Send.ForValueTaskOf);
            var method = typeof(Send).GetMethod(name)!;
            return method.MakeGenericMethod(arguments[..method.GetGenericArguments().Length]);
        }

        private static ReferenceFactory Factory(Type type, Type[] parameters)
        {
            var factory = new DynamicMethod("New", typeof(GrainReference), parameters, typeof(Proxies).Module, skipVisibility: true);
            var il = factory.GetILGenerator();
            for (var index = 0; index < parameters.Length; index++) il.Emit(OpCodes.Ldarg, (short)index);
            il.Emit(OpCodes.Newobj, type.GetConstructor(parameters)!);
            il.Emit(OpCodes.Ret);
            return factory.CreateDelegate<ReferenceFactory>();
        }

        // Interfaces and the types in their signatures need not be public: the emitted assembly is let into theirs.
        private static void MakeVisible(Type type)
        {
            foreach (var part in type.IsGenericType ? type.GetGenericArguments() : []) MakeVisible(part);
            if (type.HasElementType) MakeVisible(type.GetElementType()!);
            if (type.Assembly.GetName().Name is not { } name || !s_visible.Add(name)) return;
            var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructors().Single();
            s_assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }
    }

    /// <summary>Where emitted references send their calls, one method for each kind of return type.</summary>
    internal static class Send
    {
        public static void Forget<TArgs>(GrainReference reference, Method<TArgs, Nothing> method, TArgs args)
            where TArgs : struct, ITuple => New(reference, method, args);

        public static Task ForTask<TArgs>(GrainReference reference, Method<TArgs, Nothing> method, TArgs args)
            where TArgs : struct, ITuple => New(reference, method, args).AsTask();

        public static Task<TResult> ForTaskOf<TArgs, TResult>(GrainReference reference, Method<TArgs, TResult> method, TArgs args)
            where TArgs : struct, ITuple => New(reference, method, args).AsTask();

        public static ValueTask ForValueTask<TArgs>(GrainReference reference, Method<TArgs, Nothing> method, TArgs args)
            where TArgs : struct, ITuple
        {
            var call = New(reference, method, args).AsValueTask();
            return call.IsCompletedSuccessfully ? default : new ValueTask(call.AsTask());
        }

        public static ValueTask<TResult> ForValueTaskOf<TArgs, TResult>(GrainReference reference, Method<TArgs, TResult> method, TArgs args)
            where TArgs : struct, ITuple => New(reference, method, args).AsValueTask();

        private static Call<TArgs, TResult> New<TArgs, TResult>(GrainReference reference, Method<TArgs, TResult> method, TArgs args)
            where TArgs : struct, ITuple
        {
            try
            {
                args = Copier<TArgs>.Copy(args);
            }
            catch (Exception error)
            {
                var refused = new Call<TArgs, TResult>(reference, method, args);
                var called = $"{method.InterfaceType}.{method.Info.Name}";
                refused.Fail(new NotSupportedException($"The arguments of {called} cannot be copied: {error.Message}", error));
                return refused;
            }

            return new Call<TArgs, TResult>(reference, method, args) { Outgoing = reference.Silo.OutgoingFilters.Length > 0 }.Send();
        }
    }
}

namespace System.Runtime.CompilerServices
{
    /// <summary>Known to the runtime by its name: lets an assembly use what another one keeps internal.</summary>
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}
