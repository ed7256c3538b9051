using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The root of all grain interfaces.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain addressed by a text.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>
    /// An object outside the grains that grains may call, through a reference made by <see cref="IGrainFactory.CreateObjectReference{T}"/>.
    /// </summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>Hands out references to grains. Making one costs nothing: the grain awakes with its first call.</summary>
    public interface IGrainFactory
    {
        /// <summary>The grain of that interface and key.</summary>
        /// <param name="primaryKey">Not empty.</param>
        /// <param name="grainClassNamePrefix">
        /// Chooses among several classes with the same interface, by the start of their full name.
        /// </param>
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        /// <summary>The grain of that interface and key.</summary>
        IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

        /// <summary>The grain of that identity, seen through an interface that its class implements.</summary>
        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;

        /// <summary>
        /// A reference through which grains may call <paramref name="obj"/>, one call at a time in the order of arrival. It is held weakly:
        /// keep the object as long as it shall be called.
        /// </summary>
        TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;

        /// <summary>Ends a reference made by <see cref="CreateObjectReference{T}"/>; takes that reference, not the object.</summary>
        void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
            where TGrainObserverInterface : IGrainObserver;
    }

    /// <summary>A grain's life: what <see cref="Grain"/> implements.</summary>
    public interface IGrainBase
    {
        /// <summary>The activation this object belongs to.</summary>
        IGrainContext GrainContext { get; }

        /// <summary>Runs before the first request, with the state already read.</summary>
        Task OnActivateAsync(CancellationToken token);

        /// <summary>Runs after the last request; not run when the process dies.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Anything that can be called through a reference.</summary>
    public interface IAddressable;

    /// <summary>One activation of a grain.</summary>
    public interface IGrainContext
    {
        /// <summary>Whose activation it is.</summary>
        GrainId GrainId { get; }

        /// <summary>The grain object; null before it is made.</summary>
        object? GrainInstance { get; }

        /// <summary>The services its constructor was given.</summary>
        IServiceProvider ActivationServices { get; }

        /// <summary>Completes when the activation is gone.</summary>
        Task Deactivated { get; }
    }
}
