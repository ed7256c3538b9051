using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything that went wrong in the engine rather than in grain code.</summary>
    public class OrleansException : Exception
    {
        /// <summary>Without a message.</summary>
        public OrleansException() : base("Unexpected error.") { }

        /// <summary>With a message.</summary>
        public OrleansException(string message) : base(message) { }

        /// <summary>With a message and its cause.</summary>
        public OrleansException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A call was not taken; the grain has not seen it.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message) { }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The engine is stopping, stopped or killed. Of a call that had already begun the outcome is unknown.</summary>
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        /// <summary>Without a message of its own.</summary>
        public SiloUnavailableException() : base("The silo is unavailable.") { }

        /// <summary>With a message.</summary>
        public SiloUnavailableException(string msg) : base(msg) { }

        /// <summary>With a message and its cause.</summary>
        public SiloUnavailableException(string message, Exception innerException) : base(message, innerException) { }
    }

    /// <summary>An observer that was called is gone: deleted or collected.</summary>
    public sealed class ClientNotAvailableException : OrleansException
    {
        internal ClientNotAvailableException(string message) : base(message) { }
    }

    /// <summary>A reminder could not be registered, found or removed.</summary>
    public sealed class ReminderException(string message) : OrleansException(message);
}

namespace Orleans.Storage
{
    /// <summary>Storage holds another version of the state than the one in memory. The activation that wrote goes away.</summary>
    public class InconsistentStateException : OrleansException
    {
        /// <summary>Without details.</summary>
        public InconsistentStateException() { }

        /// <summary>With a message.</summary>
        public InconsistentStateException(string message) : base(message) { }

        /// <summary>With a message and its cause.</summary>
        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!) { }

        /// <summary>With both versions; <paramref name="storedEtag"/> is null where it is not known.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null) { }

        /// <summary>With both versions and the cause; <paramref name="storedEtag"/> is null where it is not known.</summary>
        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        /// <summary>The version in storage, null where it is not known.</summary>
        public string? StoredEtag { get; private set; }

        /// <summary>The version in memory, null when the grain had none.</summary>
        public string? CurrentEtag { get; private set; }
    }
}
