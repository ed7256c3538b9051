using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>A page for anyone at the organisation's address. Every page has this attribute, <see cref="PatientPageAttribute"/> or
/// <see cref="StaffPageAttribute"/>; one without answers 404.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenPageAttribute : Attribute
{
    /// <summary>The page answers while the portal is switched off too. Default: patients' pages don't, and lead to the page that says
    /// so.</summary>
    public bool EvenWhenDisabled { get; init; }
}

/// <summary>
/// An address that a clinic tablet in the hands of a patient may reach, beside what else the address declares. Every other one leads the
/// tablet back to its form.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KioskPageAttribute : Attribute;

/// <summary>A page for the signed-in patient. Others are led to the sign-in page, which brings them back.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PatientPageAttribute : Attribute
{
    /// <summary>A page of no section.</summary>
    public PatientPageAttribute() { }

    /// <summary>A page of a section: an organisation that hides it hides the page, which then answers 404.</summary>
    /// <param name="section">The section.</param>
    public PatientPageAttribute(PortalSection section) => Section = section;

    /// <summary>The section that the page belongs to; null: none.</summary>
    public PortalSection? Section { get; }

    /// <summary>The page needs an elevated session. Others are led to the page that elevates, which brings them back.</summary>
    public bool Elevated { get; init; }
}

/// <summary>A page for signed-in staff of certain roles. Staff of other roles get 404, everybody else is led to the staff sign-in
/// page.</summary>
/// <param name="roles">Who may see it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StaffPageAttribute(Callers roles = Callers.AnyStaff) : Attribute
{
    /// <summary>Who may see it.</summary>
    public Callers Roles { get; } = roles;
}
