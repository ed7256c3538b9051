using Orleans.Concurrency;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Invitations;

/// <inheritdoc cref="IInvitationListGrain" />
[StatelessWorker]
public sealed class InvitationListGrain(Database database, TimeProvider time) : PortalGrain(time), IInvitationListGrain
{
    private const int MaxRows = 20;

    // Further back than a page shows: nobody gets so many while one of them is good.
    private const int MaxSearched = 500;

    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<InvitationRow>> List()
    {
        var organisation = GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();
        var standing = GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient)).Standing();
        var stored = InvitationTable.OfPatientAsync(database, Organisation, Patient, MaxRows);
        await Task.WhenAll(organisation, standing, stored);
        var facts = InvitationFacts.Of("", await organisation, await standing);
        var now = Now;
        return [.. (await stored).Select(row => Row(row, facts with { TokenHash = row.TokenHash }, now))];
    }

    /// <inheritdoc />
    public async Task<RevokeInvitationOutcome> Revoke(string invitationId)
    {
        var all = await InvitationTable.OfPatientAsync(database, Organisation, Patient, MaxSearched);
        if (all.FirstOrDefault(row => IdOf(row) == invitationId) is not { } found)
            return RevokeInvitationOutcome.Unknown;
        return await GrainFactory.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Organisation, found.TokenHash)).Revoke();
    }

    private InvitationRow Row(InvitationInTable row, InvitationFacts facts, DateTimeOffset now) => new()
    {
        Id = IdOf(row),
        Address = row.State.Address,
        State = Invitation.Judge(row.State, facts, now) ?? InvitationState.Revoked,
        CreatedAt = row.State.CreatedAt,
        Deadline = row.State.Deadline,
        OpenedAt = row.State.OpenedAt,
        AcceptedAt = row.State.OperationAt,
    };

    private string IdOf(InvitationInTable row) => InvitationTable.IdOf(Organisation, row.TokenHash);
}
