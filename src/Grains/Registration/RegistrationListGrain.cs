using Orleans.Concurrency;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Registration;

/// <inheritdoc cref="IRegistrationListGrain" />
[StatelessWorker]
public sealed class RegistrationListGrain(Database database, TimeProvider time) : PortalGrain(time), IRegistrationListGrain
{
    /// <inheritdoc />
    public Task<RegistrationList> List(RegistrationQuery query) => RegistrationTable.PageAsync(database, Organisation, query, Now);

    /// <inheritdoc />
    public async Task<RegistrationComparison?> Get(string id)
    {
        if (await FindAsync(id) is not { } registration || await registration.View() is not { } view) return null;
        await AuditAsync("registration.opened", AuditOutcome.Done, details: ("registration", id));
        var open = view.Stage is RegistrationStage.Waiting or RegistrationStage.Held;
        return new RegistrationComparison { Registration = view, Patients = open ? await LikeAsync(view.Details) : [] };
    }

    /// <inheritdoc />
    public async Task<DecisionOutcome> Attach(string id, string patient) =>
        Ids.IsValid(patient, "p") && await FindAsync(id) is { } registration
            ? await registration.Attach(patient)
            : DecisionOutcome.Overtaken;

    /// <inheritdoc />
    public async Task<DecisionOutcome> Admit(string id) =>
        await FindAsync(id) is { } registration ? await registration.Admit() : DecisionOutcome.Overtaken;

    /// <inheritdoc />
    public async Task<DecisionOutcome> Refuse(string id, string note) =>
        await FindAsync(id) is { } registration ? await registration.Refuse(note) : DecisionOutcome.Overtaken;

    private async Task<IReadOnlyList<ComparedPatient>> LikeAsync(RegisterPatient details)
    {
        var found = await GrainFactory.GetGrain<IPatientDirectoryGrain>(Organisation).Duplicates(new DuplicateQuery
        {
            GivenName = details.GivenName,
            FamilyName = details.FamilyName,
            BirthDate = details.BirthDate,
            Contact = details.Contact,
        });
        var shown = found.Take(ComparedPatient.Most).ToArray();
        var views = await Task.WhenAll(shown.Select(f =>
            GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, f.Patient.Id)).Look()));
        return [.. shown.Zip(views).Where(p => p.Second is not null)
            .Select(p => new ComparedPatient { Patient = p.Second!, Reasons = p.First.Reasons })];
    }

    private async Task<IRegistrationGrain?> FindAsync(string id) =>
        Ids.IsValid(id, "r") && await RegistrationTable.FindAsync(database, Organisation, id) is { } tokenHash
            ? GrainFactory.GetGrain<IRegistrationGrain>(GrainKeys.ForRegistration(Organisation, tokenHash))
            : null;
}
