namespace Portal.Grains.Patients;

// A person who acts for others: a patient as well, or on file for that alone.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task MarkCaregiver()
    {
        await TrySettleAsync();
        if (State is { Registered: true, ActsForOthers: false }) await SaveAsync(State with { ActsForOthers = true }, shown: false);
    }
}
