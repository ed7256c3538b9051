namespace Orleans
{
    /// <summary>The grain's activations are never collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute;
}

namespace Orleans.Concurrency
{
    /// <summary>Calls of this method start at once, even while another request is being worked on.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>
    /// The caller does not wait: its task is complete when the call is on its way, and errors of the callee do not come back.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>The method changes nothing: such calls may interleave with one another.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>All calls of the grain may interleave at their awaits; still only one turn runs at a time.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>The grain has no identity to protect: several activations share the calls to one key, made as they are needed.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : Attribute
    {
        /// <summary>As many activations as there are processors.</summary>
        public StatelessWorkerAttribute() : this(Environment.ProcessorCount) { }

        /// <summary>At most <paramref name="maxLocalWorkers"/> activations of one key, 1 or more.</summary>
        public StatelessWorkerAttribute(int maxLocalWorkers)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(maxLocalWorkers, 1);
            MaxLocalWorkers = maxLocalWorkers;
        }

        internal int MaxLocalWorkers { get; }
    }
}
