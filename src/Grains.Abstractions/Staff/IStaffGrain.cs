using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Staff;

/// <summary>One staff member: name, role, password and authenticator. Key: <c>{org}/{staff}</c>.</summary>
[Alias("portal.IStaffGrain"), Repeatable]
public interface IStaffGrain : IGrainWithStringKey
{
    /// <summary>Makes the staff member and puts them on the roster. The same command again changes nothing.</summary>
    [Alias("Add"), Door(Callers.Operator)]
    Task<AddStaffOutcome> Add(AddStaff command);

    /// <summary>Who this is; null where there is nobody.</summary>
    [Alias("Get"), Door(Callers.AnyStaff | Callers.Grain)]
    Task<StaffView?> Get();

    /// <summary>Checks the password within its budgets, in the same time whether or not the staff member exists.</summary>
    [Alias("CheckPassword"), Door(Callers.Grain), Once]
    Task<PasswordVerdict> CheckPassword(StaffPassword attempt);

    /// <summary>
    /// Checks a code of the authenticator; each time step counts once (RFC 6238, section 5.2). The same operation with the code it used is
    /// accepted again.
    /// </summary>
    [Alias("CheckTotp"), Door(Callers.Grain)]
    Task<TotpAnswer> CheckTotp(string code, string operation);

    /// <summary>Whether a session made under this epoch may still be used.</summary>
    [Alias("Standing"), Door(Callers.Grain)]
    Task<StaffStanding> Standing();

    /// <summary>Ends every session of the staff member.</summary>
    [Alias("EndAllSessions"), Door(Callers.Admin), Once]
    Task EndAllSessions();
}
