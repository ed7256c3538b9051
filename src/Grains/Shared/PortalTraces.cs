using System.Diagnostics;
using Orleans;

namespace Portal.Grains.Shared;

/// <summary>
/// Activities of grain calls, for whoever traces; nothing is made while nobody listens. No key is in them: keys name people.
/// </summary>
public static class PortalTraces
{
    /// <summary>The source's name.</summary>
    public const string Name = "Portal";

    /// <summary>The tag that names the interface.</summary>
    public const string Interface = "portal.grain.interface";

    /// <summary>The tag that names the method.</summary>
    public const string Method = "portal.grain.method";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody listens.</summary>
    public static bool AreOn => Source.HasListeners();

    /// <summary>Makes a grain's turn an activity.</summary>
    public static async Task InvokeAsync(IIncomingGrainCallContext context)
    {
        var method = context.InterfaceMethod;
        using var activity = Source.StartActivity($"{method.DeclaringType?.Name}.{method.Name}");
        activity?.SetTag(Interface, method.DeclaringType?.Name).SetTag(Method, method.Name);
        try
        {
            await context.Invoke();
        }
        catch (Exception error)
        {
            // Its message may quote what somebody typed.
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error.GetType().Name);
            throw;
        }
    }
}
