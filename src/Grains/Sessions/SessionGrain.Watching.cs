using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Sessions;

namespace Portal.Grains.Sessions;

// Open pages that want to know at once when their session or its elevation ends. Only while there are any does a timer judge what nobody
// asks about.
public sealed partial class SessionGrain
{
    private readonly Watchers _watchers = new();
    private IGrainTimer? _watchTimer;

    /// <inheritdoc />
    public async Task Watch(ISessionObserver observer)
    {
        var (_, end) = await JudgeAsync();
        if (end is { } reason)
        {
            Watchers.Tell(observer, reason);
            return;
        }

        _watchers.Add(observer, Now);
        _watchTimer ??= this.RegisterGrainTimer(WatchAsync,
            new GrainTimerCreationOptions(SessionLimits.WatchInterval, SessionLimits.WatchInterval) { KeepAlive = true });
    }

    /// <inheritdoc />
    public Task Unwatch(ISessionObserver observer)
    {
        _watchers.Remove(observer);
        return Task.CompletedTask;
    }

    private async Task WatchAsync()
    {
        // Before leases are counted: a machine that slept, or a clock that was moved, ends session and leases at once, and the pages are
        // still open.
        await NoticeAsync();
        if (_watchers.Prune(Now)) return;
        _watchTimer?.Dispose();
        _watchTimer = null;
    }

    /// <summary>
    /// The open pages of one session. Each counts for <see cref="SessionLimits.WatchLease"/> unless it renews itself; telling one never
    /// waits for it, for its browser may be gone.
    /// </summary>
    private sealed class Watchers
    {
        /// <summary>
        /// The most pages of one session that are told; beyond it the longest unrenewed is forgotten. Ours: a browser has fewer tabs of one
        /// site.
        /// </summary>
        public const int Most = 64;

        private readonly Dictionary<ISessionObserver, DateTimeOffset> _until = [];

        /// <summary>Adds a page or renews it.</summary>
        public void Add(ISessionObserver observer, DateTimeOffset now)
        {
            _until[observer] = now + SessionLimits.WatchLease;
            if (_until.Count > Most) _until.Remove(_until.MinBy(w => w.Value).Key);
        }

        /// <summary>Forgets a page.</summary>
        public void Remove(ISessionObserver observer) => _until.Remove(observer);

        /// <summary>Forgets pages that did not renew themselves; whether any are left.</summary>
        public bool Prune(DateTimeOffset now)
        {
            foreach (var gone in _until.Where(w => w.Value <= now).Select(w => w.Key).ToList()) _until.Remove(gone);
            return _until.Count > 0;
        }

        /// <summary>Tells all pages that the session is over, and forgets them.</summary>
        public void TellEnded(SessionEnd reason)
        {
            foreach (var observer in _until.Keys) Tell(observer, reason);
            _until.Clear();
        }

        /// <summary>Tells all pages that they are of another patient now, or show too much.</summary>
        public void TellActingChanged()
        {
            foreach (var observer in _until.Keys) Forget(observer.ActingChanged());
        }

        /// <summary>Tells all pages that the elevation is over.</summary>
        public void TellElevationEnded()
        {
            foreach (var observer in _until.Keys) Forget(observer.ElevationEnded());
        }

        /// <summary>Tells one page that the session is over.</summary>
        public static void Tell(ISessionObserver observer, SessionEnd reason) => Forget(observer.Ended(reason));

        // A page that can't be told is gone: there is nobody to report it to.
        private static void Forget(Task told) => _ = told.ContinueWith(
            static t => _ = t.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
