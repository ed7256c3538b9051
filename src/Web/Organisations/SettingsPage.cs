using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Organisations;
using Portal.Web.Shared;

namespace Portal.Web.Organisations;

/// <summary>
/// A page for one part of the settings: a form that keeps what was typed, a question before anything that people notice, and a word with
/// whoever was overtaken by a colleague. The form's name is <c>settings</c>.
/// </summary>
public abstract class SettingsPage : PortalPage
{
    /// <summary>What was done on the page before.</summary>
    [SupplyParameterFromQuery(Name = "done")] protected string? Done { get; set; }

    /// <summary>Which part.</summary>
    protected abstract SettingsPart Part { get; }

    /// <summary>What the form shows: what is in force, or what was typed.</summary>
    protected SettingsForm Form { get; private set; } = new();

    /// <summary>The settings that the form shows.</summary>
    protected PortalSettings Shown => Form.Settings;

    /// <summary>What a colleague has saved meanwhile; null where nobody has.</summary>
    protected SettingsForm? Meanwhile { get; private set; }

    /// <summary>What is in force.</summary>
    protected SettingsForm InForce { get; private set; } = new();

    /// <summary>What saving would do to people, to be confirmed; empty: nothing is asked.</summary>
    protected IReadOnlyList<SettingsEffect> Effects { get; private set; } = [];

    /// <summary>Whether the form was saved just now.</summary>
    protected bool Saved => Done == "saved";

    /// <summary>The grain.</summary>
    protected IOrganisationGrain Grain => Grains.GetGrain<IOrganisationGrain>(Org);

    /// <summary>What of the effects and refusals is wanted.</summary>
    protected ISettingsEffectsGrain EffectsGrain => Grains.GetGrain<ISettingsEffectsGrain>(Org);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Form = InForce = await Grain.OpenPart(Part);

    /// <summary>The part as it was typed, over what is in force.</summary>
    /// <param name="before">What is in force.</param>
    protected abstract SettingsChange Read(SettingsForm before);

    /// <summary>Something else than saving that the form was sent for; false: it is to be saved.</summary>
    protected virtual Task<bool> HandleAsync(SettingsChange change) => Task.FromResult(false);

    /// <summary>Saves what was typed: at once where nobody notices, else after the question.</summary>
    protected async Task SaveAsync()
    {
        var change = Read(Form) with { Part = Part, Version = Text("version") };
        Form = new SettingsForm
        {
            Settings = change.Settings,
            TimeZone = change.TimeZone,
            Country = change.Country,
            Version = change.Version,
        };
        if (Text("back").Length > 0 || await HandleAsync(change)) return;
        if (Text("confirmed").Length == 0)
        {
            var preview = await EffectsGrain.Preview(change);
            Show(preview.Faults);
            Effects = preview.Effects;
            if (Errors.Any || Effects.Count > 0) return;
        }

        switch (await Grain.ChangePart(change))
        {
            case SettingsOutcome.Changed:
                Go($"{Here.Path(Navigation)}?done=saved");
                break;
            case SettingsOutcome.Refused refused:
                Show(refused.Faults);
                break;
            case SettingsOutcome.ChangedMeanwhile meanwhile:
                Meanwhile = InForce = meanwhile.Now;
                Form = Form with { Version = meanwhile.Now.Version };
                break;
        }
    }

    /// <summary>What is wrong, next to its fields.</summary>
    protected void Show(IReadOnlyList<SettingsFault> faults)
    {
        foreach (var fault in faults) Errors.Add(fault.Setting, SettingsWording.Of(fault));
    }

    /// <summary>Whether a choice was ticked.</summary>
    protected bool Ticked(string name) => Text(name) == "true";

    /// <summary>What was typed into a field, without blanks around it.</summary>
    protected string Text(string name) => Http.Request.HasFormContentType ? Http.Request.Form[name].ToString().Trim() : "";

    /// <summary>A number that was typed. What is none is out of every range, and is refused as such.</summary>
    protected int Number(string name, int none = 0) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : none;

    /// <summary>What was typed, also where it is no number; else what is stored.</summary>
    protected string Kept(string name, string stored) =>
        Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(name, out var typed) ? typed.ToString() : stored;

    [Inject] private NavigationManager Navigation { get; set; } = null!;
}
