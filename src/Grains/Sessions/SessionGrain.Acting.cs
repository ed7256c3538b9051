using Microsoft.Extensions.Logging;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// Acting for a patient: the session says for whom, the patient's own grain says whether and how far, at every call.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<bool> ActFor(string patient)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null || state.State.Kind != PrincipalKind.Patient) return false;
        if (patient == state.State.Subject) patient = "";
        if (patient.Length > 0 && !Ids.IsValid(patient)) return false;
        var grant = patient.Length == 0 ? null : await GrantAsync(patient);
        if (patient.Length > 0 && grant is null)
        {
            // Not for whom: anything may be typed, and stands in nobody's access log.
            await AuditAsync("acting.refused", AuditOutcome.Refused, reason: "no-grant");
            return false;
        }

        if (state.State.ActingFor == patient) return true;
        var before = state.State.ActingFor;
        // The log first: nobody acts for anybody without its being there. Tried again it is the same entry.
        if (before.Length > 0) await AuditAsync("acting.ended", patient: before, reason: "switched", operation: Acting(before));
        if (patient.Length > 0)
            await AuditAsync("acting.began", patient: patient, operation: Acting(patient), details: ("scopes", $"{grant!.Scopes}"));
        await WriteAsync(state, Session.Acting(state.State, grant));
        _watchers.TellActingChanged();
        return true;
    }

    /// <summary>
    /// Acts less far, or for nobody any more, and closes open pages. It is so whether or not that can be written down now: every call asks
    /// again.
    /// </summary>
    private async Task TryActLessAsync(SessionFacts facts)
    {
        try
        {
            var before = state.State.ActingFor;
            if (facts.Acting is null) await AuditAsync("acting.ended", patient: before, reason: "no-grant", operation: Acting(before));
            await WriteAsync(state, Session.Acting(state.State, facts.Acting));
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "That a session may act less far could not be written down yet.");
        }

        _watchers.TellActingChanged();
    }

    // Names one change of whom the session acts for: until it is written the version stays.
    private string Acting(string patient) => $"acting/{TokenHash}/{state.State.Version}/{patient}";

    private Task<ActingGrant?> GrantAsync(string patient) => GrainFactory
        .GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(Organisation, patient)).Find(state.State.Subject);
}
