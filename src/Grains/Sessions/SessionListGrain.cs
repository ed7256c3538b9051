using Orleans.Concurrency;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Sessions;

/// <inheritdoc cref="ISessionListGrain" />
[StatelessWorker]
public sealed class SessionListGrain(Database database, TimeProvider time) : PortalGrain(time), ISessionListGrain
{
    private const int MaxRows = 50;
    private const int MaxEnded = 500;

    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<SessionRow>> List()
    {
        var organisation = GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();
        var standing = GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient)).Standing();
        var stored = SessionTable.OfSubjectAsync(database, Organisation, Patient, Now - Session.KeptAfterEnd, MaxRows);
        await Task.WhenAll(organisation, standing, stored);
        return SessionRows.Of(await stored, SessionFacts.Of(await organisation, await standing), CallerContext.Current?.SessionHash, Now);
    }

    /// <inheritdoc />
    public async Task<bool> End(string sessionId)
    {
        var keys = await LiveAsync(s => s.State.SessionId == sessionId);
        foreach (var key in keys) await SessionOf(key).End(SessionEnd.Revoked);
        return keys.Count > 0;
    }

    /// <inheritdoc />
    public async Task<int> EndOthers()
    {
        var all = await LiveAsync(_ => true);
        var current = CallerContext.Current?.SessionHash;
        var own = all.FirstOrDefault(s => s.TokenHash == current)?.State.SessionId;
        var others = all.Where(s => s.TokenHash != current && s.State.SessionId != own).ToList();
        foreach (var other in others) await SessionOf(other).End(SessionEnd.Revoked);
        return others.Count;
    }

    /// <inheritdoc />
    public async Task<bool> RevokeElevation(string sessionId)
    {
        var keys = await LiveAsync(s => s.State.SessionId == sessionId);
        foreach (var key in keys) await SessionOf(key).RevokeElevation();
        return keys.Count > 0;
    }

    private async Task<List<StoredSession>> LiveAsync(Func<StoredSession, bool> which) =>
        [.. (await SessionTable.LiveOfSubjectAsync(database, Organisation, Patient, MaxEnded)).Where(which)];

    private ISessionGrain SessionOf(StoredSession session) =>
        GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession(Organisation, session.TokenHash));
}
