using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// A tablet that staff hand to a patient, for forms only. The staff member's own session ends with it, before the tablet changes hands.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<BeginKioskOutcome> BeginKiosk(BeginKiosk command)
    {
        if (state.State.Phase != SessionPhase.None) return BeginKioskOutcome.Used;
        if (!KioskLimits.IsPin(command.Pin)) return BeginKioskOutcome.BadPin;
        if (!Ids.IsValid(command.Patient, "p")) return BeginKioskOutcome.Unknown;
        var standing = (await PatientGrain(command.Patient).Standing()).Kind;
        if (standing == StandingKind.Unknown) return BeginKioskOutcome.Unknown;
        if (standing == StandingKind.Blocked) return BeginKioskOutcome.Blocked;
        var facts = await FactsAsync(PrincipalKind.Kiosk, command.Patient);
        if (!facts.PortalOpen) return BeginKioskOutcome.PortalDisabled;
        if (!facts.InGoodStanding) return BeginKioskOutcome.Blocked;
        // First what must not fail: nobody is handed a tablet that a staff member is signed in at. The browser goes on with another key, so
        // that the page which asked for it is not sent to the sign-in page meanwhile.
        if (CallerContext.Current?.SessionHash is { Length: > 0 } own) await Other(own).End(SessionEnd.Superseded);
        var begun = Session.Begin(
            SignInWay.Kiosk, PrincipalKind.Kiosk, command.Patient, "", command.Device, facts, NewSessionId(), Now);
        begun = begun with { PinHash = HashOf(command.Pin) };
        await WriteAsync(state, begun);
        _lastSeen = begun.LastSeen;
        Arm(facts);
        await TellAsync(SessionNews.Began(begun));
        return BeginKioskOutcome.Begun;
    }

    /// <inheritdoc />
    public async Task<LeaveKioskOutcome> LeaveKiosk(string pin)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null || state.State.Kind != PrincipalKind.Kiosk) return new LeaveKioskOutcome.Ended();
        if (KeyedHash.AreEqual(state.State.PinHash, HashOf(pin)))
        {
            await EndAsync(SessionEnd.TakenBack);
            return new LeaveKioskOutcome.Left();
        }

        var wrong = state.State.WrongPins + 1;
        await WriteAsync(state, state.State with { WrongPins = wrong, Version = state.State.Version + 1 });
        await AuditAsync("kiosk.refused", AuditOutcome.Refused, state.State.Subject, "wrong-pin");
        if (wrong >= KioskLimits.Tries) await EndAsync(SessionEnd.Locked);
        return new LeaveKioskOutcome.Wrong { TriesLeft = Math.Max(0, KioskLimits.Tries - wrong) };
    }

    // Without the key of the installation a PIN of four digits is found by trying ten thousand.
    private string HashOf(string pin) => hash.Hex(KeyedHash.Code, "kiosk-pin", Key, pin);
}
