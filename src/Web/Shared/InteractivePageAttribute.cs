namespace Portal.Web.Shared;

/// <summary>
/// A page that opens a circuit: its document has an import map, with the nonce that the content security policy of the response allows.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InteractivePageAttribute : Attribute
{
    /// <summary>The page uses Radzen, whose components set style attributes: the policy of this page alone allows those.</summary>
    public bool Radzen { get; init; }
}
