using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

/// <summary>
/// The rules of a patient's authenticator app and its recovery codes: pure functions of state, command and time. Secret and recovery codes
/// follow from the click that asked for them, so that the same form sent again shows the same, and nothing is kept until it is confirmed.
/// </summary>
public static class PatientMfa
{
    // No l, o, 0 and 1, which are read for each other.
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int RecoveryLength = 12;
    private const int RecoveryGroup = 4;
    private const int LongestTyped = 40;

    /// <summary>Whether a code is asked for at each sign-in.</summary>
    public static bool IsOn(PatientState state) => state.Mfa.Secret.Length > 0;

    /// <summary>What may be known of it.</summary>
    public static MfaView View(PatientState state) => new()
    {
        On = IsOn(state),
        Since = IsOn(state) ? state.Mfa.Since : null,
        RecoveryCodesLeft = state.Mfa.Recovery.Count,
    };

    /// <summary>
    /// The secret that a click asks for: 160 bits that nobody can make without the installation's secret. Kept nowhere until it is
    /// confirmed.
    /// </summary>
    public static string Secret(KeyedHash hashes, string key, string operation) =>
        Totp.ToBase32(Convert.FromHexString(hashes.Hex(KeyedHash.SecondFactor, key, operation, "secret")).AsSpan(0, Totp.SecretBytes));

    /// <summary>The recovery codes of a click, such as <c>kx4m-p7dq-83vn</c>: 60 bits each.</summary>
    public static IReadOnlyList<string> RecoveryCodes(KeyedHash hashes, string key, string operation) =>
        [.. Enumerable.Range(1, MfaLimits.RecoveryCodes).Select(n => RecoveryCode(hashes, key, operation, n))];

    /// <summary>The letters of a recovery code as typed; empty where it can't be one.</summary>
    public static string ReadRecoveryCode(string typed)
    {
        if (typed.Length > LongestTyped) return "";
        var letters = new string([.. typed.Where(c => !char.IsWhiteSpace(c) && c != '-').Select(char.ToLowerInvariant)]);
        return letters.Length == RecoveryLength && letters.All(Letters.Contains) ? letters : "";
    }

    /// <summary>What is kept of a recovery code.</summary>
    public static string RecoveryHash(KeyedHash hashes, string key, string letters) =>
        hashes.Hex(KeyedHash.SecondFactor, key, letters.Replace("-", "", StringComparison.Ordinal), "recovery");

    /// <summary>
    /// Judges a code; the count, step or recovery code used must be saved before the answer is given. A right one is refused to every
    /// operation but the one that used it.
    /// </summary>
    /// <param name="state">The patient.</param>
    /// <param name="guess">What was typed.</param>
    /// <param name="secret">The secret in base32; null where there is none.</param>
    /// <param name="recoveryHash">The keyed hash of what was typed, where it can be a recovery code; else empty.</param>
    /// <param name="now">The time.</param>
    public static Decision<PatientState, MfaAnswer> Check(
        PatientState state, MfaGuess guess, string? secret, string recoveryHash, DateTimeOffset now)
    {
        var mfa = state.Mfa;
        if (secret is null) return new(state, new MfaAnswer.NotOn());
        // The same form again, after its answer was lost, is no guess: the operation is known only to whoever used the code.
        var again = mfa.UsedBy.Length > 0 && KeyedHash.AreEqual(mfa.UsedBy, guess.Operation);
        if (again && mfa.UsedRecovery.Length > 0 && KeyedHash.AreEqual(mfa.UsedRecovery, recoveryHash))
            return new(state, new MfaAnswer.Right { Recovery = true });
        if (NextAt(mfa, guess.KnownDevice, now) is { } until) return new(state, new MfaAnswer.TooMany { Until = until });
        if (recoveryHash.Length > 0 && mfa.Recovery.FirstOrDefault(h => KeyedHash.AreEqual(h, recoveryHash)) is { } used)
        {
            var left = mfa with
            {
                Recovery = [.. mfa.Recovery.Where(h => h != used)],
                UsedBy = guess.Operation,
                UsedRecovery = used,
            };
            return new(state with { Mfa = left }, new MfaAnswer.Right { Recovery = true });
        }

        var digits = TypedCode.TryRead(guess.Code, out var code) ? code : "";
        switch (Totp.Check(secret, digits, mfa.Step, now))
        {
            case TotpResult.Accepted accepted:
                var next = mfa with { Step = accepted.Step, UsedBy = guess.Operation, UsedRecovery = "" };
                return new(state with { Mfa = next }, new MfaAnswer.Right());
            case TotpResult.Replayed when again && mfa.UsedRecovery.Length == 0:
                return new(state, new MfaAnswer.Right());
            default:
                var wrong = Wrong(mfa, guess.KnownDevice, now);
                var spent = guess.KnownDevice ? wrong.WrongFromKnown : wrong.WrongFromUnknown;
                return new(state with { Mfa = wrong }, new MfaAnswer.Wrong { TriesLeft = GuessBudget.Left(spent, now) });
        }
    }

    /// <summary>Switches on what a code of the app has confirmed: every session ends, and the patient is told.</summary>
    /// <param name="state">The patient, without an app.</param>
    /// <param name="operation">The click.</param>
    /// <param name="secret">The secret, encrypted.</param>
    /// <param name="step">The time step of the code, which is not accepted again.</param>
    /// <param name="recovery">Keyed hashes of the recovery codes.</param>
    /// <param name="entry">What the audit log is told.</param>
    public static PatientState SwitchOn(
        PatientState state, string operation, byte[] secret, long step, IReadOnlyList<string> recovery, AuditEntry entry) =>
        Changed(
            state,
            state.Mfa with
            {
                Secret = secret,
                Since = entry.At,
                Step = step,
                UsedBy = "",
                UsedRecovery = "",
                Recovery = recovery,
                RecoveryOf = operation,
                WrongFromKnown = [],
                WrongFromUnknown = [],
            },
            operation, MessageKind.MfaOn, entry);

    /// <summary>Switches it off: every session ends, and the patient is told. The spent budgets stay spent.</summary>
    public static PatientState SwitchOff(PatientState state, string operation, AuditEntry entry) => Changed(
        state,
        new PatientMfaState
        {
            Step = state.Mfa.Step,
            WrongFromKnown = state.Mfa.WrongFromKnown,
            WrongFromUnknown = state.Mfa.WrongFromUnknown,
        },
        operation, MessageKind.MfaOff, entry);

    /// <summary>Puts new recovery codes in the place of all old ones. No session ends.</summary>
    public static PatientState Renew(PatientState state, string operation, IReadOnlyList<string> recovery, AuditEntry entry) => (state with
    {
        Mfa = state.Mfa with { Recovery = recovery, RecoveryOf = operation, Change = operation, EndedEpoch = null },
    }).Noting(entry);

    /// <summary>Notes that a recovery code was used, and tells the patient.</summary>
    public static PatientState RecoveryUsed(PatientState state, string operation, AuditEntry entry) =>
        Owing(state, operation, MessageKind.RecoveryCodeUsed).Noting(entry);

    /// <summary>Whether the last change is this very one.</summary>
    public static bool IsOf(PatientState state, string operation) => operation.Length > 0 && state.Mfa.Change == operation;

    /// <summary>
    /// The recovery codes of a click, to be shown: none where others are in force by now, or one of them was used.
    /// </summary>
    public static IReadOnlyList<string> ShownCodes(PatientState state, string operation, IReadOnlyList<string> codes) =>
        state.Mfa.RecoveryOf == operation && state.Mfa.Recovery.Count == codes.Count ? codes : [];

    private static PatientState Changed(
        PatientState state, PatientMfaState mfa, string operation, MessageKind notice, AuditEntry entry) =>
        Owing(PatientAccess.SessionsEnded(state, entry.At), operation, notice).Noting(entry) with
        {
            Mfa = mfa with { Change = operation, EndedEpoch = state.Epoch },
        };

    private static PatientState Owing(PatientState state, string operation, MessageKind notice) =>
        state with { Notices = [.. state.Notices, new OwedNotice { Id = $"{notice}/{operation}", Kind = notice }] };

    private static DateTimeOffset? NextAt(PatientMfaState mfa, bool known, DateTimeOffset now) =>
        GuessBudget.NextAt(known ? mfa.WrongFromKnown : mfa.WrongFromUnknown, now);

    private static PatientMfaState Wrong(PatientMfaState mfa, bool known, DateTimeOffset now) => known
        ? mfa with { WrongFromKnown = GuessBudget.Counted(mfa.WrongFromKnown, now) }
        : mfa with { WrongFromUnknown = GuessBudget.Counted(mfa.WrongFromUnknown, now) };

    private static string RecoveryCode(KeyedHash hashes, string key, string operation, int number)
    {
        var bytes = Convert.FromHexString(hashes.Hex(KeyedHash.SecondFactor, key, operation, $"recovery {number}"));
        var letters = bytes.Take(RecoveryLength).Select(b => Letters[b % Letters.Length]);
        return string.Join('-', letters.Chunk(RecoveryGroup).Select(group => new string(group)));
    }
}
