using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Shared;

namespace Portal.Grains.Staff;

/// <inheritdoc cref="IStaffGrain" />
public sealed class StaffGrain(
    [PersistentState("staff")] IPersistentState<StaffState> state, Passwords passwords, PayloadCipher cipher, KeyedHash hash,
    TimeProvider time, ILogger<StaffGrain> logger)
    : PortalGrain(time), IStaffGrain
{
    private string Id => GrainKeys.Second(Key).ToString();

    private string SecretPurpose => $"totp:{Key}";

    /// <inheritdoc />
    public async Task<AddStaffOutcome> Add(AddStaff command)
    {
        await TellAsync(state, forget: true);
        var email = StaffAddress.Canonical(command.Email);
        if (StaffMember.Exists(state.State)) return state.State.Email == email ? AddStaffOutcome.Added : AddStaffOutcome.Invalid;
        if (email is null || !StaffMember.IsAcceptable(command, Organisation)) return AddStaffOutcome.Invalid;
        // On the roster first: where a crash comes in between, the address leads to somebody who can't sign in, and the same command goes
        // on from there.
        var enrolled = await GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Enrol(new RosterEntry
        {
            Staff = Id,
            Name = command.Name.Trim(),
            Role = command.Role,
            EmailHash = StaffAddress.Hash(hash, Organisation, email),
        });
        if (enrolled != EnrolOutcome.Enrolled)
        {
            return enrolled == EnrolOutcome.RosterFull ? AddStaffOutcome.RosterFull : AddStaffOutcome.AddressTaken;
        }

        var secret = cipher.Encrypt(Encoding.ASCII.GetBytes(command.TotpSecret), SecretPurpose);
        var added = StaffMember.Added(state.State, command, email, await passwords.HashAsync(command.Password), secret);
        var entry = Entry("staff.added", operation: Key, details: [("staff", Id), ("role", command.Role.ToString())]);
        await WriteAsync(state, added.Noting(entry));
        await TellAsync(state, forget: true);
        return AddStaffOutcome.Added;
    }

    /// <inheritdoc />
    public Task<StaffView?> Get() => Task.FromResult(!StaffMember.Exists(state.State) ? null : new StaffView
    {
        Id = Id,
        Name = state.State.Name,
        Email = state.State.Email,
        Role = state.State.Role,
    });

    /// <inheritdoc />
    public async Task<PasswordVerdict> CheckPassword(StaffPassword attempt)
    {
        var known = attempt.Device.Known;
        if (StaffMember.NextPasswordAt(state.State, known, Now) is not null) return PasswordVerdict.TooMany;
        switch (await passwords.CheckAsync(state.State.PasswordHash, attempt.Password))
        {
            case PasswordCheck.Right:
                return PasswordVerdict.Right;
            case PasswordCheck.RightButOld:
                await WriteAsync(state, state.State with { PasswordHash = await passwords.HashAsync(attempt.Password) });
                return PasswordVerdict.Right;
            case PasswordCheck.Busy:
                return PasswordVerdict.TooMany;
            default:
                await WriteAsync(state, StaffMember.WrongPassword(state.State, known, Now));
                return PasswordVerdict.Wrong;
        }
    }

    /// <inheritdoc />
    public async Task<TotpAnswer> CheckTotp(string code, string operation)
    {
        var secret = cipher.Decrypt(state.State.TotpSecret, SecretPurpose) is { } bytes ? Encoding.ASCII.GetString(bytes) : null;
        if (!TypedCode.TryRead(code, out var digits)) digits = "";
        var decision = StaffMember.CheckTotp(state.State, secret, digits, operation, Now);
        if (decision.Changed(state.State)) await WriteAsync(state, decision.State);
        return decision.Result;
    }

    /// <inheritdoc />
    public async Task<StaffStanding> Standing()
    {
        // Asked for at each request of theirs, and at each sign-in: what a crash kept from the audit log is told then.
        if (state.State.Untold.Count > 0) await TryTellAsync(state, logger);
        return StaffMember.Standing(state.State);
    }

    /// <inheritdoc />
    public async Task EndAllSessions()
    {
        await TellAsync(state, forget: true);
        if (!StaffMember.Exists(state.State)) return;
        var entry = Entry("staff.sessions-ended", details: ("staff", Id));
        await WriteAsync(state, (state.State with { Epoch = state.State.Epoch + 1 }).Noting(entry));
        await TellAsync(state, forget: true);
    }
}
