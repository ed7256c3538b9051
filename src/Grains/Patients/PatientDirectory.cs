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

    /// <summary>Whether the directory may have an older version than this.</summary>
    public bool IsBehind(PatientState state) => state.Registered && (!_known || _entry is null || _entry.Version < state.Version);

    /// <summary>Reads what the directory has.</summary>
    private async Task LoadAsync()
    {
        _entry = await database.ReadAsync(connection => connection.FirstAsync(
            "SELECT version, words FROM patients WHERE organisation = @organisation AND patient = @patient",
            row => new DirectoryEntry(row.GetInt64(0), PatientDirectoryTable.Parted(row.GetString(1))), CancellationToken.None,
            ("organisation", organisation), ("patient", patient)));
        _known = true;
    }

    /// <summary>Writes the state to the directory, unless that has it or a newer one.</summary>
    public async Task WriteAsync(PatientState state)
    {
        for (var attempt = 1; IsBehind(state); attempt++)
        {
            if (!_known) await LoadAsync();
            if (!IsBehind(state)) return;
            var after = new DirectoryEntry(state.Version, Patient.Words(state, patient));
            var unit = PatientDirectoryTable.Write(organisation, Patient.Row(state, patient), after, _entry);
            _known = false;
            try
            {
                await database.WriteAsync(unit);
                (_entry, _known) = (after, true);
            }
            catch (StorageException error) when (error is WriteConflictException or DuplicateKeyException && attempt < MaxTries)
            {
                // Another activation has written since: only what is newer than that is written over it.
            }
        }
    }
}
