using Orleans.Runtime;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>The principal that travels with a call, and with the calls that grains make on its behalf.</summary>
public static class CallerContext
{
    private const string Key = "portal.principal";

    /// <summary>The principal of the call being served; null where the caller set none.</summary>
    public static Principal? Current => RequestContext.Get(Key) as Principal;

    /// <summary>Sets the principal for the calls made from here on in this flow of control; null removes it.</summary>
    public static void Set(Principal? principal)
    {
        if (principal is null) RequestContext.Remove(Key);
        else RequestContext.Set(Key, principal);
    }
}
