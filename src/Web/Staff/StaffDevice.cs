namespace Portal.Web.Staff;

/// <summary>How a browser remembers that a staff member has signed in with it.</summary>
public static class StaffDevice
{
    /// <summary>What the device cookie is signed over: the address, whatever its letter case.</summary>
    public static string Mark(string email) => $"staff.{email.Trim().ToLowerInvariant()}";
}
