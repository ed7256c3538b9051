using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Credentials;

/// <summary>The rules of a patient's password: pure functions of state, command and time.</summary>
public static class PatientPassword
{
    // No l, o, 0 and 1, which are read for each other.
    private const string TemporaryLetters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int TemporaryLength = 16;
    private const int TemporaryGroup = 4;

    /// <summary>What may be known of it.</summary>
    public static PasswordView View(PatientPasswordState state) => new()
    {
        Kind = Kind(state),
        SetAt = state.Hash.Length == 0 ? null : state.SetAt,
        Until = state.TemporaryUntil,
        Version = state.Version,
    };

    /// <summary>
    /// When a password is compared again; null where one may be now. A stranger's tries never count against a browser that is known.
    /// </summary>
    public static DateTimeOffset? NextAt(PatientPasswordState state, bool known, DateTimeOffset now) =>
        GuessBudget.NextAt(known ? state.WrongFromKnown : state.WrongFromUnknown, now);

    /// <summary>Counts a wrong password.</summary>
    public static PatientPasswordState Wrong(PatientPasswordState state, bool known, DateTimeOffset now) => known
        ? state with { WrongFromKnown = GuessBudget.Counted(state.WrongFromKnown, now) }
        : state with { WrongFromUnknown = GuessBudget.Counted(state.WrongFromUnknown, now) };

    /// <summary>What a right password is worth.</summary>
    /// <param name="state">The password.</param>
    /// <param name="secondFactor">Whether an authenticator app is asked for besides.</param>
    /// <param name="now">The time.</param>
    public static PasswordAnswer Right(PatientPasswordState state, bool secondFactor, DateTimeOffset now) => state.TemporaryUntil switch
    {
        { } until when until <= now => new PasswordAnswer.Expired(),
        { } => new PasswordAnswer.Right { MustChange = true },
        null => new PasswordAnswer.Right { MustChange = state.NeedsSecondFactor && !secondFactor },
    };

    /// <summary>What is wrong with a password that the patient would choose; null: nothing.</summary>
    public static PasswordRefusal? Refusal(string password, PasswordFacts facts, OrganisationView organisation) =>
        PasswordRules.Refusal(password, facts.SecondFactor, Own(facts, organisation));

    /// <summary>Whether a password that may be chosen would be too short without an authenticator app.</summary>
    public static bool NeedsSecondFactor(string password, PasswordFacts facts, OrganisationView organisation) =>
        facts.SecondFactor && PasswordRules.Refusal(password, hasSecondFactor: false, Own(facts, organisation)) is not null;

    /// <summary>The state in which a change is in force, and the rest of it is to be done.</summary>
    /// <param name="state">The password until now.</param>
    /// <param name="hash">The hash of the new one; empty: removed.</param>
    /// <param name="until">Until when it works, where it is temporary.</param>
    /// <param name="operation">What makes the change.</param>
    /// <param name="entry">What the audit log is told.</param>
    /// <param name="now">The time.</param>
    /// <param name="needsSecondFactor">Whether it is enough only together with an authenticator app.</param>
    public static PatientPasswordState Changed(
        PatientPasswordState state, string hash, DateTimeOffset? until, string operation, AuditEntry entry, DateTimeOffset now,
        bool needsSecondFactor = false) =>
        state with
        {
            Hash = hash,
            SetAt = now,
            TemporaryUntil = until,
            Version = state.Version + 1,
            Operation = operation,
            Unfinished = entry,
            NeedsSecondFactor = needsSecondFactor,
            // Whoever proved to be the patient in another way starts with a clean slate.
            WrongFromKnown = [],
            WrongFromUnknown = [],
        };

    /// <summary>Whether the last change is this very one.</summary>
    public static bool IsOf(PatientPasswordState state, string operation) => state.Operation == operation;

    /// <summary>
    /// The temporary password of an operation, such as <c>kx4m-p7dq-83vn-rw2h</c>: 80 bits that nobody can make without the installation's
    /// secret, and the same for the same click. Kept nowhere.
    /// </summary>
    public static string Temporary(KeyedHash hashes, string key, string operation)
    {
        var bytes = Convert.FromHexString(hashes.Hex(KeyedHash.Password, key, operation));
        var letters = bytes.Take(TemporaryLength).Select(b => TemporaryLetters[b % TemporaryLetters.Length]);
        return string.Join('-', letters.Chunk(TemporaryGroup).Select(group => new string(group)));
    }

    private static OwnData Own(PasswordFacts facts, OrganisationView organisation) => new()
    {
        Texts = [.. facts.OwnTexts, organisation.Name, organisation.Settings.PortalName],
        BirthDate = facts.BirthDate,
    };

    private static PasswordKind Kind(PatientPasswordState state) => state switch
    {
        { Hash: "" } => PasswordKind.None,
        { TemporaryUntil: not null } => PasswordKind.Temporary,
        _ => PasswordKind.Chosen,
    };
}
