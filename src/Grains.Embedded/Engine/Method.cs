using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace Portal.Grains.Embedded;

/// <summary>A method of a grain or observer interface, as calls need it.</summary>
internal abstract class Method
{
    private static readonly Type[] s_tuples =
    [
        typeof(ValueTuple), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>),
        typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>),
    ];

    protected Method(MethodInfo info)
    {
        Info = info;
        OneWay = info.IsDefined(typeof(OneWayAttribute)) || info.ReturnType == typeof(void);
        ReadOnly = info.IsDefined(typeof(ReadOnlyAttribute));
        AlwaysInterleave = info.IsDefined(typeof(AlwaysInterleaveAttribute));
    }

    public MethodInfo Info { get; }

    public Type InterfaceType => Info.DeclaringType!;

    public bool OneWay { get; }

    public bool ReadOnly { get; }

    public bool AlwaysInterleave { get; }

    /// <summary>Makes the description of a method.</summary>
    /// <exception cref="NotSupportedException">
    /// It is generic, has by-reference or more than seven parameters, or returns something else than a task.
    /// </exception>
    public static Method Of(MethodInfo info)
    {
        var parameters = info.GetParameters();
        var name = $"{info.DeclaringType}.{info.Name}";
        if (info.IsGenericMethod) throw new NotSupportedException($"{name} is generic, which the embedded engine does not support.");
        if (parameters.Length >= s_tuples.Length) throw new NotSupportedException($"{name} has more than seven parameters: pass a record.");
        if (parameters.Any(parameter => parameter.ParameterType.IsByRef))
            throw new NotSupportedException($"{name} has by-reference parameters.");
        var tuple = s_tuples[parameters.Length];
        if (parameters.Length > 0) tuple = tuple.MakeGenericType([.. parameters.Select(parameter => parameter.ParameterType)]);
        var type = typeof(Method<,>).MakeGenericType(tuple, ResultOf(info.ReturnType) ?? throw new NotSupportedException(
            $"{name} returns {info.ReturnType}: methods return Task, Task<T>, ValueTask or ValueTask<T>, those of observers also void."));
        return (Method)Activator.CreateInstance(type, info)!;
    }

    private static Type? ResultOf(Type type)
    {
        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask)) return typeof(Nothing);
        if (!type.IsGenericType) return null;
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Task<>) || definition == typeof(ValueTask<>) ? type.GetGenericArguments()[0] : null;
    }
}

/// <summary>A method with these arguments (a tuple) and this result.</summary>
internal sealed class Method<TArgs, TResult>(MethodInfo info) : Method(info)
    where TArgs : struct, ITuple
{
    private Func<object, TArgs, ValueTask<TResult>>? _invoke;

    /// <summary>
    /// Calls the method of an object, without copying or filters. Compiled at the first call: most methods of an interface wait long for
    /// theirs.
    /// </summary>
    public Func<object, TArgs, ValueTask<TResult>> Invoke => _invoke ??= Compile(Info);

    private static Func<object, TArgs, ValueTask<TResult>> Compile(MethodInfo info)
    {
        var target = Expression.Parameter(typeof(object));
        var args = Expression.Parameter(typeof(TArgs));
        var values = info.GetParameters().Select((_, index) => (Expression)Expression.Field(args, $"Item{index + 1}"));
        var (returns, wanted) = (info.ReturnType, typeof(ValueTask<TResult>));
        Expression call = Expression.Call(Expression.Convert(target, info.DeclaringType!), info, values);
        if (returns == typeof(void)) call = Expression.Block(call, Expression.Default(wanted));
        else if (returns == typeof(Task<TResult>)) call = Expression.New(wanted.GetConstructor([typeof(Task<TResult>)])!, call);
        else if (returns != wanted) call = Expression.Call(typeof(Method<TArgs, TResult>), nameof(Wait), null, call);
        return Expression.Lambda<Func<object, TArgs, ValueTask<TResult>>>(call, target, args).Compile();
    }

    private static ValueTask<TResult> Wait(Task task) => task.IsCompletedSuccessfully ? default : WaitAsync(new ValueTask(task));

    private static ValueTask<TResult> Wait(ValueTask task) => task.IsCompletedSuccessfully ? default : WaitAsync(task);

    private static async ValueTask<TResult> WaitAsync(ValueTask task)
    {
        await task;
        return default!;
    }
}
