using System.Diagnostics;
using Portal.Web.Tests.Shared;

namespace Portal.Cluster.Tests;

/// <summary>Staff who block and unblock patients one after the other, and remember what they were told.</summary>
/// <param name="staff">Whose browser.</param>
/// <param name="patients">Whom.</param>
internal sealed class Blocking(Browser staff, IReadOnlyList<string> patients)
{
    private int _acknowledged;

    /// <summary>Changes that were acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Pages that said "try again".</summary>
    public int Failed { get; private set; }

    /// <summary>The longest that a page, or the answer to a form, took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The newest change of each patient, but for those whose newest change may or may not have been made.</summary>
    public Dictionary<string, bool> Last { get; } = [];

    /// <summary>Whether a page of a patient's access says that they are blocked.</summary>
    public static bool IsBlocked(Answer page) => page.Body.Contains("value=\"unblock\"", StringComparison.Ordinal);

    /// <summary>Goes on until told to stop.</summary>
    public async Task WriteAsync(CancellationToken until)
    {
        for (var i = 0; !until.IsCancellationRequested; i++)
        {
            var path = ClusterTests.AccessPath(patients[i % patients.Count]);
            var page = await TimeAsync(() => staff.GetAsync(path));
            if (!page.IsPage())
            {
                Failed++;
                continue;
            }

            var block = !IsBlocked(page);
            var answer = await TimeAsync(() => staff.SubmitAsync(page, path, block ? "block" : "unblock", ("reason", "test")));
            if (answer.Code == 303)
            {
                Last[patients[i % patients.Count]] = block;
                Interlocked.Increment(ref _acknowledged);
            }
            else
            {
                Last.Remove(patients[i % patients.Count]);
                Failed++;
            }
        }
    }

    /// <summary>Waits until so many more are acknowledged.</summary>
    public async Task WaitAsync(int more)
    {
        var until = Acknowledged + more;
        while (Acknowledged < until) await Pause.ShortAsync();
    }

    private async Task<Answer> TimeAsync(Func<Task<Answer>> ask)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await ask();
        var took = Stopwatch.GetElapsedTime(began);
        if (took > Longest) Longest = took;
        return answer;
    }
}
