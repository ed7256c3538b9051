using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Shared;

namespace Portal.Grains.Staff;

/// <summary>The rules of a staff member: pure functions of state, command and time.</summary>
public static class StaffMember
{
    /// <summary>The longest name, in characters. Ours.</summary>
    public const int LongestName = 200;

    /// <summary>Whether there is anybody.</summary>
    public static bool Exists(StaffState state) => state.Email.Length > 0;

    /// <summary>
    /// Whether name, password and authenticator secret keep their rules. An authenticator is always asked for, so the shorter password is
    /// enough.
    /// </summary>
    public static bool IsAcceptable(AddStaff command, string organisation)
    {
        if (string.IsNullOrWhiteSpace(command.Name) || command.Name.Length > LongestName) return false;
        var own = new OwnData { Texts = [command.Name, command.Email, organisation] };
        return PasswordRules.Refusal(command.Password, hasSecondFactor: true, own) is null && Totp.IsSecret(command.TotpSecret);
    }

    /// <summary>The state of a new staff member; budgets spent on the id before stay spent.</summary>
    public static StaffState Added(StaffState state, AddStaff command, string email, string passwordHash, byte[] totpSecret) => state with
    {
        Name = command.Name.Trim(),
        Email = email,
        Role = command.Role,
        PasswordHash = passwordHash,
        TotpSecret = totpSecret,
    };

    /// <summary>
    /// When a password is compared again; null where one may be now. A stranger's tries never count against a browser that is known.
    /// </summary>
    public static DateTimeOffset? NextPasswordAt(StaffState state, bool known, DateTimeOffset now) =>
        GuessBudget.NextAt(known ? state.WrongFromKnown : state.WrongFromUnknown, now);

    /// <summary>Counts a wrong password.</summary>
    public static StaffState WrongPassword(StaffState state, bool known, DateTimeOffset now) => known
        ? state with { WrongFromKnown = GuessBudget.Counted(state.WrongFromKnown, now) }
        : state with { WrongFromUnknown = GuessBudget.Counted(state.WrongFromUnknown, now) };

    /// <summary>Judges an authenticator code; the count or the step used must be saved before the answer is given.</summary>
    /// <param name="state">The staff member.</param>
    /// <param name="secret">The authenticator's secret in base32; null where there is none, and then no code is right.</param>
    /// <param name="code">Six digits; anything else is wrong and costs a guess.</param>
    /// <param name="operation">What the code will have been used for.</param>
    /// <param name="now">The time.</param>
    public static Decision<StaffState, TotpAnswer> CheckTotp(StaffState state, string? secret, string code, string operation,
        DateTimeOffset now)
    {
        if (GuessBudget.NextAt(state.WrongTotp, now) is { } until)
            return new(state, new TotpAnswer { Verdict = TotpVerdict.TooMany, Until = until });
        var result = secret is null ? new TotpResult.Wrong() : Totp.Check(secret, code, state.TotpStep, now);
        switch (result)
        {
            case TotpResult.Accepted accepted:
                return new(state with { TotpStep = accepted.Step, TotpOperation = operation },
                    new TotpAnswer { Verdict = TotpVerdict.Right });
            // The same form again, after its answer was lost: the operation is known only to whoever used the code.
            case TotpResult.Replayed when state.TotpOperation.Length > 0 && KeyedHash.AreEqual(state.TotpOperation, operation):
                return new(state, new TotpAnswer { Verdict = TotpVerdict.Right });
            default:
                var next = state with { WrongTotp = GuessBudget.Counted(state.WrongTotp, now) };
                return new(next, new TotpAnswer { Verdict = TotpVerdict.Wrong, TriesLeft = GuessBudget.Left(next.WrongTotp, now) });
        }
    }

    /// <summary>Whether the staff member's sessions live on.</summary>
    public static StaffStanding Standing(StaffState state) =>
        new() { Exists = Exists(state), Epoch = state.Epoch, Role = state.Role, Name = state.Name };
}
