using Portal.Grains.Adoption;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>
/// One patient's place in the directory: remembers what the directory has, and brings it up to date with the patient's state.
/// </summary>
/// <param name="database">Where the directory is.</param>
/// <param name="organisation">The organisation.</param>
/// <param name="patient">The patient's id.</param>
internal sealed class PatientDirectory(Database database, string organisation, string patient)
{
    private const int MaxTries = 3;
    private DirectoryEntry? _entry;
    private bool _known;
    private PatientIntake? _intake;

    /// <summary>
    /// Whether the directory may have an older version than this. Who is on file to act for others only is not in it.
    /// </summary>
    public bool IsBehind(PatientState state) =>
        state is { Registered: true, CaregiverOnly: false } && (!_known || _entry is null || _entry.Version < state.Version);

    /// <summary>Reads what the directory has; what was registered in bulk and not stored by the patient's grain since, or null.</summary>
    public async Task<PatientIntake?> LoadAsync()
    {
        var found = await database.ReadAsync(connection => connection.FirstAsync(
            """
            SELECT p.version, p.words, i.payload FROM patients p
            LEFT JOIN patient_intake i ON i.organisation = p.organisation AND i.patient = p.patient
            WHERE p.organisation = @organisation AND p.patient = @patient
            """,
            row => (Entry: (DirectoryEntry?)new DirectoryEntry(row.GetInt64(0), PatientDirectoryTable.Parted(row.GetString(1))),
                Intake: row.IsDBNull(2) ? null : row.GetString(2)),
            CancellationToken.None, ("organisation", organisation), ("patient", patient)));
        _entry = found.Entry;
        _known = true;
        return _intake = found.Intake is { } json ? PatientIntake.From(json) : null;
    }

    /// <summary>Writes the state to the directory, unless that has it or a newer one.</summary>
    /// <param name="state">The state.</param>
    /// <param name="isStored">Whether the patient's grain has stored it, so that an intake is needed no more.</param>
    public async Task WriteAsync(PatientState state, bool isStored)
    {
        for (var attempt = 1; IsBehind(state); attempt++)
        {
            if (!_known) await LoadAsync();
            if (!IsBehind(state)) return;
            var after = new DirectoryEntry(state.Version, Patient.Words(state, patient));
            var unit = PatientDirectoryTable.Write(organisation, Patient.Row(state, patient), after, _entry);
            if (state.LastSignIn is { } seen)
                unit = unit with { Statements = [.. unit.Statements, AdoptionTable.Seen(organisation, patient, seen)] };
            var forgets = isStored && _intake is not null;
            if (forgets) unit = unit with { Statements = [.. unit.Statements, PatientIntakeTable.Remove(organisation, patient)] };
            _known = false;
            try
            {
                await database.WriteAsync(unit);
                (_entry, _known) = (after, true);
                if (forgets) _intake = null;
            }
            catch (StorageException error) when (error is WriteConflictException or DuplicateKeyException && attempt < MaxTries)
            {
                // Another activation has written since: only what is newer than that is written over it.
            }
        }
    }
}
