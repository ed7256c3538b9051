namespace Portal.Web.Sessions;

/// <summary>An address that a page asks by itself: it does not count as use of the session, so that an open page does not keep it
/// alive.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WithoutTouchAttribute : Attribute;
