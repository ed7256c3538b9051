using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>Who may pass a door.</summary>
public static class DoorRules
{
    /// <summary>The reason, as a stable name, for which the caller may not pass; null where it may.</summary>
    /// <param name="door">Who may call.</param>
    /// <param name="caller">Who calls from outside; null: somebody who has set no principal.</param>
    /// <param name="key">The grain's key.</param>
    /// <param name="now">Judges elevations.</param>
    public static string? Refusal(Callers door, Principal? caller, string key, DateTimeOffset now)
    {
        if (caller is null) return "no-principal";
        if (!GrainKeys.BelongsTo(key, caller.Organisation)) return "other-organisation";
        if (caller.Kind == PrincipalKind.Kiosk) return KioskRefusal(door, caller, key);
        if (door.HasFlag(Callers.Visitor)) return null;
        return caller.Kind switch
        {
            PrincipalKind.Operator => door.HasFlag(Callers.Operator) ? null : "not-for-operators",
            PrincipalKind.Staff => caller.Role is { } role && (door & FlagOf(role)) != 0 ? null : "wrong-role",
            PrincipalKind.Patient => PatientRefusal(door, caller, key, now),
            _ => "not-signed-in",
        };
    }

    // Not even what is open to visitors: a tablet in somebody's hands is for one form.
    private static string? KioskRefusal(Callers door, Principal caller, string key)
    {
        if (!door.HasFlag(Callers.Kiosk)) return "not-at-the-kiosk";
        var second = GrainKeys.Second(key);
        // What has no second segment is the organisation's own, such as its logo.
        return second.IsEmpty || second.SequenceEqual(caller.Subject) || second.SequenceEqual(caller.SessionHash) ? null : "other-patient";
    }

    private static string? PatientRefusal(Callers door, Principal caller, string key, DateTimeOffset now)
    {
        const Callers Self = Callers.PatientSelf | Callers.PatientElevated;
        if ((door & (Self | Callers.AnyCaregiver)) == 0) return "not-for-patients";
        var patient = GrainKeys.Second(key);
        if (caller.ActingFor is { Length: > 0 } other && patient.SequenceEqual(other)) return CaregiverRefusal(door, caller, now);
        if (!patient.SequenceEqual(caller.Subject)) return "other-patient";
        if ((door & Self) == 0) return "not-for-patients";
        return door.HasFlag(Callers.PatientSelf) || caller.ElevatedUntil > now ? null : "not-elevated";
    }

    private static string? CaregiverRefusal(Callers door, Principal caller, DateTimeOffset now)
    {
        if ((door & Callers.AnyCaregiver) == 0) return "not-for-caregivers";
        var open = door & FlagsOf(caller.Scopes);
        if ((open & ~Callers.CaregiverRecords) != 0) return null;
        if (open == 0) return "not-in-scope";
        return caller.ElevatedUntil > now ? null : "not-elevated";
    }

    private static Callers FlagsOf(CaregiverScopes scopes)
    {
        if (scopes == CaregiverScopes.None) return Callers.None;
        var flags = Callers.CaregiverAny;
        if (scopes.HasFlag(CaregiverScopes.Appointments)) flags |= Callers.CaregiverAppointments;
        if (scopes.HasFlag(CaregiverScopes.Billing)) flags |= Callers.CaregiverBilling;
        if (scopes.HasFlag(CaregiverScopes.Messages)) flags |= Callers.CaregiverMessages;
        if (scopes.HasFlag(CaregiverScopes.Records)) flags |= Callers.CaregiverRecords;
        return flags;
    }

    private static Callers FlagOf(StaffRole role) => role switch
    {
        StaffRole.FrontDesk => Callers.FrontDesk,
        StaffRole.Practitioner => Callers.Practitioner,
        StaffRole.AdminAssistant => Callers.AdminAssistant,
        _ => Callers.Admin,
    };
}
