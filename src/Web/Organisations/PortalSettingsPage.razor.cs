using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Organisations;

/// <summary>Settings of the patient portal, for administrators.</summary>
public sealed partial class PortalSettingsPage
{
    [SupplyParameterFromQuery(Name = "saved")] private string? Saved { get; set; }

    private PortalSettings Shown { get; set; } = new();

    private IOrganisationGrain Grain => Grains.GetGrain<IOrganisationGrain>(Org);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Shown = await Grain.GetSettings();

    private async Task SaveAsync()
    {
        Shown = Read(Shown);
        switch (await Grain.ChangeSettings(Shown))
        {
            case SettingsOutcome.Changed:
                Go(At("staff/settings/portal?saved=1"));
                break;
            case SettingsOutcome.Refused refused:
                foreach (var fault in refused.Faults) Errors.Add(fault.Setting, Message(fault));
                break;
        }
    }

    private PortalSettings Read(PortalSettings before)
    {
        var form = Http.Request.Form;
        List<PortalSection> sections = [];
        if (Ticked(nameof(PortalSection.Appointments))) sections.Add(PortalSection.Appointments);
        if (Ticked(nameof(PortalSection.ClinicalRecords))) sections.Add(PortalSection.ClinicalRecords);
        return before with
        {
            PortalEnabled = Ticked(nameof(before.PortalEnabled)),
            EmailCode = Ticked(nameof(before.EmailCode)),
            MobileCode = Ticked(nameof(before.MobileCode)),
            Password = Ticked(nameof(before.Password)),
            MfaForElevation = Ticked(nameof(before.MfaForElevation)),
            IdleLimit = Span(nameof(before.IdleLimit)),
            ElevationLimit = Span(nameof(before.ElevationLimit)),
            Sections = sections,
            PortalName = Text(nameof(before.PortalName)),
            AccentColour = Text(nameof(before.AccentColour)),
            WelcomeMessage = Text(nameof(before.WelcomeMessage)),
            Contact = new ClinicContact { Phone = Text("Phone"), Email = Text("Email"), Address = Text("Address") },
            CodeLimits = CodeFigure.All.Aggregate(before.CodeLimits, (limits, figure) => figure.With(limits, Number(figure.Name))),
        };

        bool Ticked(string name) => form[name].ToString() == "true";
        string Text(string name) => form[name].ToString().Trim();

        TimeSpan Span(string name) => TimeSpan.FromMinutes(Number(name));

        // What is no number is out of every range, and is refused as such.
        int Number(string name) =>
            int.TryParse(form[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    // What was typed stays where it was typed, also where it is no number.
    private string Kept(string name, string stored) =>
        Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(name, out var typed) ? typed.ToString() : stored;

    private static string Minutes(TimeSpan span) => span.TotalMinutes.ToString(CultureInfo.InvariantCulture);

    private static string Message(SettingsFault fault) => fault.Rule switch
    {
        SettingsRule.Missing => "Enter a name",
        SettingsRule.TooLong => $"Use at most {OrganisationLimits.MaxText} characters",
        SettingsRule.OutOfRange when CodeFigure.Find(fault.Setting) is { } figure => $"Enter a number: {figure.Range}",
        SettingsRule.OutOfRange => "Enter a number of minutes from 5 to 60",
        SettingsRule.LastMethod => "Leave at least one way to sign in on: without any nobody could get in",
        SettingsRule.NotShowable => "Use letters, digits and signs only: there is something in it that can't be seen",
        SettingsRule.NotAColour => "Enter a colour like #005ea5",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"White text on this colour has a contrast of {fault.Measured:0.00} to 1; it needs 4.5 to 1. Choose a darker colour"),
    };
}
