using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Portal.Grains.Embedded;

namespace Orleans.Runtime
{
    /// <summary>A grain's timer. Disposing it stops it.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets both times anew.</summary>
        /// <param name="dueTime">Until the next tick; infinite stops the timer.</param>
        /// <param name="period">From the end of one tick to the next; infinite for a single one.</param>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>How a timer ticks.</summary>
    public readonly struct GrainTimerCreationOptions()
    {
        /// <summary>With both times.</summary>
        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period) : this()
        {
            DueTime = dueTime;
            Period = period;
        }

        /// <summary>Until the first tick; infinite for a timer that does not start by itself.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>From the end of one tick to the next; infinite for a single one.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>Ticks do not wait for requests being worked on. Default false: a tick is treated like a request.</summary>
        public bool Interleave { get; init; }

        /// <summary>Ticks count as use and keep the activation from being collected. Default false.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans
{
    /// <summary>Timers and deactivation for grains.</summary>
    public static class GrainBaseExtensions
    {
        /// <summary>Ends the activation after the current requests.</summary>
        public static void DeactivateOnIdle(this IGrainBase grain) => Of(grain).DeactivateOnIdle();

        /// <summary>Starts a timer; its ticks are turns of the grain. The token is cancelled when the timer is disposed.</summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            return Of(grain).StartTimer(ct => callback(state, ct), options);
        }

        /// <summary>Starts a timer without a state.</summary>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            return Of(grain).StartTimer(callback, options);
        }

        /// <summary>Starts a timer without a state or a token.</summary>
        public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            return Of(grain).StartTimer(_ => callback(), options);
        }

        /// <summary>Starts a timer without a token.</summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, Task> callback, TState state, GrainTimerCreationOptions options)
        {
            ArgumentNullException.ThrowIfNull(callback);
            return Of(grain).StartTimer(_ => callback(state), options);
        }

        /// <summary>Starts a timer without a state.</summary>
        public static IGrainTimer RegisterGrainTimer(
            this IGrainBase grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period));

        /// <summary>Starts a timer without a state or a token.</summary>
        public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<Task> callback, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, new GrainTimerCreationOptions(dueTime, period));

        /// <summary>Starts a timer.</summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, state, new GrainTimerCreationOptions(dueTime, period));

        /// <summary>Starts a timer without a token.</summary>
        public static IGrainTimer RegisterGrainTimer<TState>(
            this IGrainBase grain, Func<TState, Task> callback, TState state, TimeSpan dueTime, TimeSpan period) =>
            grain.RegisterGrainTimer(callback, state, new GrainTimerCreationOptions(dueTime, period));

        private static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;
    }
}
