using System.Net;
using System.Text;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Shared;

namespace Portal.Silo.Development;

/// <summary>
/// The first page of Development: the ways in, and the people of the demo with what they sign in with, so that everything can be tried
/// without an authenticator app.
/// </summary>
public static class StartPage
{
    /// <summary>Patients shown of each organisation with an email address, and with a username. Ours; enough to try each way in.</summary>
    private const int Patients = 2;

    /// <summary>The page.</summary>
    /// <param name="world">The people of the demo.</param>
    /// <param name="now">When the codes have to be right.</param>
    public static string Render(IReadOnlyList<DemoOrganisation> world, DateTimeOffset now)
    {
        var page = new StringBuilder("""
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Portal, in development</title><link rel="icon" href="/favicon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/portal.css"></head>
            <body class="patient"><main class="page" id="main"><h1>Try the portal</h1>
            <p class="lead">Made-up clinics with made-up people. This page exists in development only.</p>
            <div class="actions wide"><a class="button secondary" href="/dev/mailbox">Mailbox</a>
            <a class="button secondary" href="/dev/demo.json">All people</a></div>
            """);
        foreach (var organisation in world) Append(page, organisation, now);
        return page.Append("</main></body></html>").ToString();
    }

    private static void Append(StringBuilder page, DemoOrganisation organisation, DateTimeOffset now)
    {
        var name = WebUtility.HtmlEncode(organisation.Founding.Name);
        page.Append($"""
            <section class="card"><h2>{name}</h2>
            <div class="actions"><a class="button" href="/{organisation.Slug}/sign-in">Sign in as a patient</a>
            <a class="button secondary" href="/{organisation.Slug}/staff/sign-in">Sign in as staff</a></div>
            <h3>Patients</h3><p class="muted">Their codes arrive in the <a href="/dev/mailbox">mailbox</a>.</p><ul>
            """);
        var byEmail = organisation.Patients.Where(p => p.AuthEmail is not null && p.Access == AccessState.CanAccess).Take(Patients);
        foreach (var patient in byEmail.Concat(organisation.Patients.Where(p => p.Username is not null).Take(Patients)))
        {
            page.Append($"<li>{Encode(patient.Registration.GivenName)} {Encode(patient.Registration.FamilyName)}: ");
            page.Append($"{Code(patient.AuthEmail ?? patient.Username!)}</li>");
        }

        foreach (var caregiver in organisation.Caregivers.Where(c => c.Registration is not null))
        {
            page.Append($"<li>{Encode(caregiver.Registration!.GivenName)} {Encode(caregiver.Registration.FamilyName)}, ");
            page.Append($"who acts for {caregiver.Grants.Count} of them: {Code(caregiver.AuthEmail!)}</li>");
        }

        page.Append($"""
            </ul><h3>Staff</h3><p class="muted">Each code works once, for about a minute. Load the page again for the next.</p>
            <table class="table cards"><caption class="hidden">Staff of {name}</caption>
            <thead><tr><th scope="col">Name</th><th scope="col">Email</th>
            <th scope="col">Password</th><th scope="col">Code</th></tr></thead><tbody>
            """);
        foreach (var member in organisation.Staff)
        {
            page.Append($"<tr><th scope=\"row\">{Encode(member.Name)}, {Demo.RoleName(member.Role).Replace('_', ' ')}</th>");
            page.Append($"<td data-label=\"Email\">{Code(member.Email)}</td><td data-label=\"Password\">{Code(member.Password)}</td>");
            page.Append($"<td data-label=\"Code\">{Code(Totp.CodeAt(member.TotpSecret, now))}</td></tr>");
        }

        page.Append("</tbody></table></section>");
    }

    private static string Code(string text) => $"<span class=\"mono\">{Encode(text)}</span>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
