namespace Orleans.Core
{
    /// <summary>A part of a grain's state in storage.</summary>
    public interface IStorage
    {
        /// <summary>The version in storage this state was read from or written as; null when there is none.</summary>
        string? Etag { get; }

        /// <summary>Whether storage has it.</summary>
        bool RecordExists { get; }

        /// <summary>Removes it from storage and sets the state to its defaults.</summary>
        /// <exception cref="Storage.InconsistentStateException">Storage has another version; the activation goes away.</exception>
        Task ClearStateAsync();

        /// <inheritdoc cref="ClearStateAsync()"/>
        Task ClearStateAsync(CancellationToken cancellationToken);

        /// <summary>Reads it anew. Done once before the grain is activated.</summary>
        Task ReadStateAsync();

        /// <inheritdoc cref="ReadStateAsync()"/>
        Task ReadStateAsync(CancellationToken cancellationToken);

        /// <summary>Writes it. Durable when the task completes.</summary>
        /// <exception cref="Storage.InconsistentStateException">Storage has another version; the activation goes away.</exception>
        Task WriteStateAsync();

        /// <inheritdoc cref="WriteStateAsync()"/>
        Task WriteStateAsync(CancellationToken cancellationToken);
    }

    /// <summary>A part of a grain's state of a known type.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The state in memory.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A part of a grain's state, injected into its constructor by <see cref="PersistentStateAttribute"/>.</summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>Marks a constructor parameter that holds state.</summary>
    /// <param name="stateName">Its name, unique within the grain.</param>
    /// <param name="storageName">The storage provider; there is one only and the name is ignored.</param>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        /// <summary>Its name.</summary>
        public string StateName { get; } = stateName;

        /// <summary>The storage provider.</summary>
        public string? StorageName { get; } = storageName;
    }
}
