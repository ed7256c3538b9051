using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Organisations;

/// <summary>One of the words that an organisation may choose, as the settings page asks for it.</summary>
/// <param name="Name">The property of <see cref="Labels"/>, also of the field.</param>
/// <param name="Label">The field's label: what is meant, without the word itself.</param>
/// <param name="Of">Reads it.</param>
public sealed record Term(string Name, string Label, Func<Labels, string> Of)
{
    private static readonly Labels Standards = new();

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Term> All =
    [
        new(nameof(Labels.Patient), "Somebody who is treated", l => l.Patient),
        new(nameof(Labels.Patients), "Several who are treated", l => l.Patients),
        new(nameof(Labels.Practitioner), "Somebody who treats", l => l.Practitioner),
        new(nameof(Labels.Practitioners), "Several who treat", l => l.Practitioners),
        new(nameof(Labels.Appointment), "A visit", l => l.Appointment),
        new(nameof(Labels.Appointments), "Several visits", l => l.Appointments),
    ];

    /// <summary>The word where the organisation has chosen none.</summary>
    public string Standard => Of(Standards);
}
