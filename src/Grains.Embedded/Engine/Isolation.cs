namespace Portal.Grains.Embedded;

/// <summary>Runs grain code on a thread that was doing something else, without either seeing the other's ambient values.</summary>
internal static class Isolation
{
    private static readonly ExecutionContext s_empty = Empty();

    public static void Run<T>(Action<T> action, T state)
    {
        if (ExecutionContext.Capture() is not { } context)
        {
            // Suppressed: nothing flows anyway.
            action(state);
            return;
        }

        var synchronization = SynchronizationContext.Current;
        if (synchronization is not null) SynchronizationContext.SetSynchronizationContext(null);
        ExecutionContext.Restore(s_empty);
        try
        {
            action(state);
        }
        finally
        {
            ExecutionContext.Restore(context);
            if (synchronization is not null) SynchronizationContext.SetSynchronizationContext(synchronization);
        }
    }

    private static ExecutionContext Empty()
    {
        ExecutionContext? context = null;
        var thread = new Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }
}
