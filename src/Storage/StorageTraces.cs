using System.Diagnostics;

namespace Portal.Storage;

/// <summary>
/// Activities of writes, for whoever traces; nothing is made while nobody listens. They name the point of the write, no value.
/// </summary>
public static class StorageTraces
{
    /// <summary>The source's name.</summary>
    public const string Name = "Portal.Storage";

    /// <summary>The tag that names the write.</summary>
    public const string Point = "portal.storage.point";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody listens.</summary>
    internal static bool AreOn => Source.HasListeners();

    /// <summary>Makes a write an activity that lasts until it is durable.</summary>
    internal static async Task<int[]> WriteAsync(WriteUnit unit, Func<Task<int[]>> write)
    {
        using var activity = Source.StartActivity("storage write", ActivityKind.Client);
        activity?.SetTag(Point, unit.Point);
        try
        {
            return await write();
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error.GetType().Name);
            throw;
        }
    }
}
