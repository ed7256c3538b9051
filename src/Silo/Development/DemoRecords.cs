using Portal.Grains.Abstractions.ClinicalRecords;

namespace Portal.Silo.Development;

/// <summary>What the clinical records of the demo are made of.</summary>
public static class DemoRecords
{
    /// <summary>One entry of each kind that a clinic would share, and some that it would not.</summary>
    public static readonly IReadOnlyList<(RecordSection Section, string Title, string Text, bool Shared)> All =
    [
        (RecordSection.Notes, "Follow-up visit",
            "Feeling better since the last visit. Blood pressure 128/82. To go on with the exercises and come back in three months.", true),
        (RecordSection.Results, "Full blood count",
            "Haemoglobin 138 g/L (115 to 165), white cells 6.1 (4.0 to 11.0), platelets 254 (150 to 450). All in the usual range.", true),
        (RecordSection.Medications, "Ramipril 5 mg", "One capsule each morning.", true),
        (RecordSection.Allergies, "Penicillin", "Rash in childhood. Avoid.", true),
        (RecordSection.Immunisations, "Influenza vaccine", "Given in the left arm, no reaction.", true),
        (RecordSection.Notes, "Team note", "Discussed at the team meeting; letter to the specialist to be checked before it is shared.",
            false),
        (RecordSection.Results, "Cholesterol", "Total cholesterol 4.9 mmol/L, HDL 1.5 mmol/L. No change in treatment needed.", true),
        (RecordSection.Medications, "Paracetamol 500 mg",
            "One or two tablets up to four times a day when needed. No more than eight tablets in 24 hours.", true),
        (RecordSection.Immunisations, "Tetanus booster", "Next one due in ten years.", true),
        (RecordSection.Results, "Thyroid function", "To be repeated before it is shared.", false),
    ];
}
