using Orleans.Runtime;

namespace Portal.Grains.Embedded;

internal sealed class Activation : IGrainContext
{
    public static Activation Creating => throw NotYet;
    public EmbeddedSilo Silo => throw NotYet;
    public GrainId GrainId => throw NotYet;
    public object? GrainInstance => null;
    public IServiceProvider ActivationServices => throw NotYet;
    public Task Deactivated => throw NotYet;
    internal static Exception NotYet => new InvalidOperationException("The engine is being built: only its names are here.");
    public void DeactivateOnIdle() => throw NotYet;
    public void DelayDeactivation(TimeSpan span) => throw NotYet;
    public IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) => throw NotYet;
}

internal sealed class Reminders
{
    public Task<IGrainReminder> RegisterAsync(Activation a, string name, TimeSpan due, TimeSpan period) => throw Activation.NotYet;
    public Task UnregisterAsync(Activation a, IGrainReminder reminder) => throw Activation.NotYet;
    public Task<IGrainReminder?> FindAsync(Activation a, string name) => throw Activation.NotYet;
    public Task<List<IGrainReminder>> AllAsync(Activation a) => throw Activation.NotYet;
}

internal sealed class Frame(Dictionary<string, object>? values)
{
    private static readonly AsyncLocal<Frame?> s_current = new();
    public static Frame? Current => s_current.Value;
    public Dictionary<string, object>? Values => values;
    public static void Replace(Dictionary<string, object>? values) => s_current.Value = new Frame(values);
}
