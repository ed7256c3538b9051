using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Serialization.Invocation
{
    /// <summary>A call: which method with which arguments.</summary>
    public interface IInvokable
    {
        /// <summary>The argument at that place, from 0.</summary>
        object? GetArgument(int index);

        /// <summary>How many there are.</summary>
        int GetArgumentCount();

        /// <summary>The interface's name.</summary>
        string GetInterfaceName();

        /// <summary>The interface called.</summary>
        Type GetInterfaceType();

        /// <summary>The method of the interface.</summary>
        MethodInfo GetMethod();

        /// <summary>The method's name.</summary>
        string GetMethodName();

        /// <summary>The object called.</summary>
        object? GetTarget();
    }
}

namespace Orleans
{
    /// <summary>A call on its way through the filters.</summary>
    public interface IGrainCallContext
    {
        /// <summary>Incoming: the grain object. Outgoing: the reference.</summary>
        object Grain { get; }

        /// <summary>The method of the interface.</summary>
        MethodInfo InterfaceMethod { get; }

        /// <summary>The interface's name.</summary>
        string InterfaceName { get; }

        /// <summary>The method's name.</summary>
        string MethodName { get; }

        /// <summary>The method and its arguments.</summary>
        IInvokable Request { get; }

        /// <summary>The result, after <see cref="Invoke"/>; a filter may replace it. Null for methods without one.</summary>
        object? Result { get; set; }

        /// <summary>The grain that calls; null when the call comes from outside the grains.</summary>
        GrainId? SourceId { get; }

        /// <summary>The grain called.</summary>
        GrainId TargetId { get; }

        /// <summary>Goes on with the next filter, and with the call itself after the last. Errors of the call are thrown.</summary>
        Task Invoke();
    }

    /// <summary>A call at its callee.</summary>
    public interface IIncomingGrainCallContext : IGrainCallContext
    {
        /// <summary>The method of the grain class.</summary>
        MethodInfo ImplementationMethod { get; }

        /// <summary>The activation called.</summary>
        IGrainContext TargetContext { get; }
    }

    /// <summary>A call at its caller.</summary>
    public interface IOutgoingGrainCallContext : IGrainCallContext
    {
        /// <summary>The activation that calls; null outside the grains.</summary>
        IGrainContext? SourceContext { get; }
    }

    /// <summary>
    /// Sees every call at its callee, in the callee's turn. Registered as a singleton service, called in the order of registration.
    /// </summary>
    public interface IIncomingGrainCallFilter
    {
        /// <summary>Goes on by <see cref="IGrainCallContext.Invoke"/>, or refuses by throwing.</summary>
        Task Invoke(IIncomingGrainCallContext context);
    }

    /// <summary>Sees every call at its caller. Registered as a singleton service, called in the order of registration.</summary>
    public interface IOutgoingGrainCallFilter
    {
        /// <summary>Goes on by <see cref="IGrainCallContext.Invoke"/>, or refuses by throwing.</summary>
        Task Invoke(IOutgoingGrainCallContext context);
    }
}
