using Microsoft.AspNetCore.Components;

namespace Portal.Web.Shared;

/// <summary>
/// Addresses on the page being shown. The document has a base of <c>/</c>, so that a bare <c>#id</c> would lead to the front page.
/// </summary>
public static class Here
{
    /// <summary>Path and query of this page, escaped as they came.</summary>
    public static string Address(NavigationManager navigation)
    {
        var uri = navigation.Uri.AsSpan();
        var path = uri[(uri.IndexOf("://") + 3)..];
        path = path[Math.Max(0, path.IndexOf('/'))..];
        var fragment = path.IndexOf('#');
        return (fragment < 0 ? path : path[..fragment]).ToString();
    }

    /// <summary>Path of this page, without its query.</summary>
    public static string Path(NavigationManager navigation)
    {
        var address = Address(navigation);
        var query = address.IndexOf('?');
        return query < 0 ? address : address[..query];
    }

    /// <summary>The address of an element of this page.</summary>
    public static string Anchor(NavigationManager navigation, string id) => $"{Address(navigation)}#{id}";
}
