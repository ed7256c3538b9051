using System.Text.Json;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>
/// A patient who was put on file in bulk, and whose grain has not been called yet: what was registered. The grain registers it, as it
/// would have if it had been called, when it first comes to life, and writes it with its first change.
/// </summary>
/// <param name="Command">What was registered.</param>
/// <param name="Country">The organisation's country at that time, by which national telephone numbers are read.</param>
public sealed record PatientIntake(RegisterPatient Command, string? Country)
{
    /// <summary>The version of the state it makes, which the directory has from the beginning.</summary>
    public const long Version = 1;

    /// <summary>The state that it makes.</summary>
    public PatientState State() => Patient.Register(new PatientState(), Command, Country) with { Version = Version };

    /// <summary>As stored.</summary>
    public string Json() => JsonSerializer.Serialize(this);

    /// <summary>As it was stored.</summary>
    public static PatientIntake From(string json) => JsonSerializer.Deserialize<PatientIntake>(json)!;
}
