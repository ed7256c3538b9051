using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

// Who looked at the record.
public sealed partial class PatientGrain
{
    // Somebody who goes to and fro between the tabs of a record looks at it once. Ours.
    private static readonly TimeSpan OneLook = TimeSpan.FromMinutes(15);

    /// <inheritdoc />
    public async Task<PatientView?> Look()
    {
        var view = await Get();
        if (view is not null) await NoteLookAsync();
        return view;
    }

    // Before the answer: a look that is not in the log must not have happened.
    private Task NoteLookAsync()
    {
        if (CallerContext.Current is not { Kind: PrincipalKind.Staff } staff) return Task.CompletedTask;
        var quarter = Now.UtcTicks / OneLook.Ticks;
        return AuditAsync("patient.viewed", patient: Id, operation: $"viewed/{Id}/{staff.Subject}/{quarter}");
    }
}
