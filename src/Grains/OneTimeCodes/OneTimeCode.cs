using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// Rules of the codes of one credential. Called one at a time by the grain, so five hundred guesses at once are five hundred
/// guesses one after the other; what exceeds a budget is refused without being compared and, with a sane clock, without a write.
/// </summary>
public static class OneTimeCode
{
    /// <summary>Most accepted codes remembered: as many as both kinds of device can be sent in a day.</summary>
    public static readonly int MostUsed = 2 * OneTimeCodeLimits.Default.SendsPerDay;

    /// <summary>Whether a code may be sent now, and the state in which it is the only one of its purpose and kind of device.</summary>
    public static Decision<OneTimeCodeState, SendCodeResult> Send(
        OneTimeCodeState state, SendCode command, OneTimeCodeLimits limits, DateTimeOffset now)
    {
        state = Rewound(state, now);
        if (state.Slots.Any(s => s.Challenge?.Id == command.ChallengeId) || state.Used.Any(u => u.Challenge.Id == command.ChallengeId))
        {
            return new(state, new SendCodeResult.AlreadyIssued());
        }
        var budget = Budget(state, command.KnownDevice);
        var slot = Slot(state, command.Purpose, command.KnownDevice);
        if (NextGuessAt(slot, budget, limits, now) is { } guessAt)
        {
            return new(state, new SendCodeResult.TooManyGuesses { RetryAt = guessAt });
        }
        if (NextSendAt(budget, limits, now) is { } sendAt)
        {
            var good = HasGood(state, command.Purpose, command.Context, command.Browser, now);
            return new(state, new SendCodeResult.TooManySends { RetryAt = sendAt, EarlierCodeGood = good });
        }
        var challenge = new OneTimeCodeChallenge
        {
            Id = command.ChallengeId,
            Context = command.Context,
            Browser = command.Browser,
            Pending = true,
            IssuedAt = now,
            ExpiresAt = now + limits.Lifetime,
            CodeHash = command.CodeHash,
            Patient = command.Patient,
            Address = command.Address,
        };
        budget = budget with { SentAt = Stamps.Add(budget.SentAt, now, OneTimeCodeLimits.Default.SendsPerDay), LastSendUsed = false };
        var next = With(With(state, command.KnownDevice, budget), slot with { Challenge = challenge });
        return new(Pruned(next, now), new SendCodeResult.Send { Challenge = challenge, NextAt = NextSendAt(budget, limits, now) ?? now });
    }

    /// <summary>Challenges whose message is still to be sent and worth sending, oldest first.</summary>
    public static IReadOnlyList<OneTimeCodeChallenge> Pending(OneTimeCodeState state, DateTimeOffset now) =>
        [.. state.Slots.Select(s => s.Challenge).OfType<OneTimeCodeChallenge>()
            .Where(c => c.Pending && !IsExpired(c, now)).OrderBy(c => c.IssuedAt)];

    /// <summary>
    /// Ends the waiting of a challenge: from now on this code, sent to this patient at this address, is right. With empty texts
    /// nobody holds the credential, and no code is. Of a challenge replaced in the meantime nothing changes, and its code must
    /// not be sent: whoever calls compares the states.
    /// </summary>
    public static OneTimeCodeState Addressed(OneTimeCodeState state, string challengeId, string codeHash, string patient, string address)
    {
        var slot = state.Slots.FirstOrDefault(s => s.Challenge?.Id == challengeId && s.Challenge.Pending);
        if (slot?.Challenge is not { } challenge)
        {
            return state;
        }
        challenge = challenge with { Pending = false, CodeHash = codeHash, Patient = patient, Address = address };
        return With(state, slot with { Challenge = challenge });
    }

    /// <summary>
    /// The challenge waits on with another code: the first was lost in a crash before its message was queued.
    /// </summary>
    public static OneTimeCodeState Recoded(OneTimeCodeState state, string challengeId, string codeHash) =>
        state.Slots.FirstOrDefault(s => s.Challenge?.Id == challengeId && s.Challenge.Pending) is { Challenge: { } challenge } slot
            ? With(state, slot with { Challenge = challenge with { CodeHash = codeHash } })
            : state;

    /// <summary>Whether a code that was asked for in this browser is still good.</summary>
    public static bool HasGood(OneTimeCodeState state, CodePurpose purpose, string context, string browser, DateTimeOffset now) =>
        Open(state, purpose, context, browser) is { Challenge: { } open } && !IsExpired(open, now);

    /// <summary>
    /// How many more guesses the code of this browser has: none where there is no code, or the hour's or day's are spent.
    /// </summary>
    public static int GuessesLeft(
        OneTimeCodeState state, CodePurpose purpose, string context, string browser, OneTimeCodeLimits limits, DateTimeOffset now) =>
        Open(state, purpose, context, browser) is { Challenge: { } open } slot && !IsExpired(open, now)
            ? GuessesLeft(slot, Budget(state, slot.KnownDevice), limits, now)
            : 0;

    /// <summary>The patient that codes of this purpose went to, for the audit log; empty where they went to nobody.</summary>
    public static string PatientOf(OneTimeCodeState state, CodePurpose purpose, string context) =>
        state.Slots.Where(s => s.Purpose == purpose && s.Challenge?.Context == context).Select(s => s.Challenge!)
            .Concat(state.Used.Where(u => u.Purpose == purpose && u.Challenge.Context == context).Select(u => u.Challenge))
            .MaxBy(c => c.IssuedAt)?.Patient ?? "";

    /// <summary>
    /// Whether the entered code is the one that was sent. Every code that is looked at is counted, and the count must be saved
    /// before the answer is given.
    /// </summary>
    public static Decision<OneTimeCodeState, CheckCodeResult> Check(
        OneTimeCodeState state, CheckCode command, OneTimeCodeLimits limits, DateTimeOffset now)
    {
        state = Rewound(state, now);
        if (Repeated(state, command) is { } used)
        {
            return new(state, new CheckCodeResult.Accepted { Challenge = used.Challenge, Repeated = true });
        }
        if (Open(state, command.Purpose, command.Context, command.Browser) is not { Challenge: { } challenge } slot)
        {
            return new(state, NotOpen(state, command));
        }
        if (IsExpired(challenge, now))
        {
            return new(state, new CheckCodeResult.Expired());
        }
        var budget = Budget(state, slot.KnownDevice);
        if (NextGuessAt(slot, budget, limits, now) is { } guessAt)
        {
            return new(state, new CheckCodeResult.TooManyGuesses { RetryAt = guessAt });
        }
        budget = budget with { GuessedAt = Stamps.Add(budget.GuessedAt, now, OneTimeCodeLimits.Default.GuessesPerDay) };
        return challenge is { Pending: false, CodeHash.Length: > 0 } & KeyedHash.AreEqual(challenge.CodeHash, command.HashFor(challenge.Id))
            ? Accept(state, slot, challenge, budget, command.Operation, now)
            : Count(state, slot, budget, limits, now);
    }

    /// <summary>The patient that the open code of this browser was sent to; empty where it went to nobody or there is none.</summary>
    public static string HolderOf(OneTimeCodeState state, CodePurpose purpose, string context, string browser) =>
        Open(state, purpose, context, browser)?.Challenge?.Patient ?? "";

    /// <summary>
    /// Voids the codes of a patient that were asked for before a block, or before a credential was changed or cleared, and what was used of
    /// them. Budgets stay: whoever can make codes void must not win guesses by it. The same state where there are none.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="patient">The patient.</param>
    /// <param name="standing">Says whether and since when.</param>
    public static OneTimeCodeState Withdraw(OneTimeCodeState state, string patient, PatientStanding standing)
    {
        var challenges = state.Slots.Select(s => s.Challenge).Concat(state.Used.Select(u => u.Challenge));
        if (patient.Length == 0 || !challenges.Any(IsDead)) return state;
        return state with
        {
            Slots = [.. state.Slots.Select(s => IsDead(s.Challenge) ? s with { Challenge = null } : s)],
            Used = [.. state.Used.Where(u => !IsDead(u.Challenge))],
        };

        bool IsDead(OneTimeCodeChallenge? challenge) => challenge is { Pending: false } && challenge.Patient == patient
            && (standing.Kind is StandingKind.Blocked or StandingKind.Unknown || challenge.IssuedAt < standing.EpochAt);
    }

    /// <summary>
    /// Whether nothing in the state matters any more, so that its row can go: asking for the codes of a million invented emails
    /// must not leave a million rows.
    /// </summary>
    public static bool IsSpent(OneTimeCodeState state, DateTimeOffset now)
    {
        var rest = Pruned(Rewound(state, now), now);
        return rest.Slots.Length == 0 && rest.Used.Length == 0
            && rest.Known is { SentAt.Length: 0, GuessedAt.Length: 0 } && rest.Unknown is { SentAt.Length: 0, GuessedAt.Length: 0 };
    }

    /// <summary>Whether the code's time is over: from the deadline on, or when the clock says it was issued well in the future.</summary>
    public static bool IsExpired(OneTimeCodeChallenge challenge, DateTimeOffset now) =>
        now >= challenge.ExpiresAt || IsFromTheFuture(challenge, now);

    private static bool IsFromTheFuture(OneTimeCodeChallenge challenge, DateTimeOffset now) =>
        now < challenge.IssuedAt - OneTimeCodeLimits.ClockTolerance;

    // The right code again for the operation that used it. No guess: the operation is known only to whoever used the code.
    private static UsedCode? Repeated(OneTimeCodeState state, CheckCode command) => state.Used.LastOrDefault(u =>
        u.Purpose == command.Purpose && u.Challenge.Context == command.Context
        && KeyedHash.AreEqual(u.Challenge.Browser, command.Browser) && KeyedHash.AreEqual(u.Operation, command.Operation)
        && KeyedHash.AreEqual(u.Challenge.CodeHash, command.HashFor(u.Challenge.Id)));

    private static OneTimeCodeSlot? Open(OneTimeCodeState state, CodePurpose purpose, string context, string browser) => state.Slots
        .Where(s => s.Purpose == purpose && s.Challenge?.Context == context && KeyedHash.AreEqual(s.Challenge.Browser, browser))
        .MaxBy(s => s.Challenge!.IssuedAt); // a browser may have been told apart as known between two requests

    private static CheckCodeResult NotOpen(OneTimeCodeState state, CheckCode command)
    {
        if (state.Used.Any(u => u.Purpose == command.Purpose && u.Challenge.Context == command.Context
            && KeyedHash.AreEqual(u.Challenge.Browser, command.Browser)))
        {
            return new CheckCodeResult.AlreadyUsed();
        }
        return state.Slots.Any(s => s.Purpose == command.Purpose && s.Challenge?.Context == command.Context)
            ? new CheckCodeResult.OtherBrowser()
            : new CheckCodeResult.NotOpen();
    }

    private static Decision<OneTimeCodeState, CheckCodeResult> Accept(
        OneTimeCodeState state, OneTimeCodeSlot slot, OneTimeCodeChallenge challenge, OneTimeCodeBudget budget, string operation,
        DateTimeOffset now)
    {
        var used = new UsedCode { Challenge = challenge, Purpose = slot.Purpose, Operation = operation, At = now };
        var next = With(With(state, slot.KnownDevice, budget with { LastSendUsed = true }), slot with { Challenge = null, WrongAt = [] });
        next = next with { Used = [.. next.Used.Append(used).TakeLast(MostUsed)] };
        return new(Pruned(next, now), new CheckCodeResult.Accepted { Challenge = challenge, Repeated = false });
    }

    private static Decision<OneTimeCodeState, CheckCodeResult> Count(
        OneTimeCodeState state, OneTimeCodeSlot slot, OneTimeCodeBudget budget, OneTimeCodeLimits limits, DateTimeOffset now)
    {
        slot = slot with { WrongAt = Stamps.Add(slot.WrongAt, now, OneTimeCodeLimits.Default.GuessesPerChallenge) };
        var next = Pruned(With(With(state, slot.KnownDevice, budget), slot), now);
        return new(next, new CheckCodeResult.Wrong { GuessesLeft = GuessesLeft(slot, budget, limits, now) });
    }

    private static int GuessesLeft(OneTimeCodeSlot slot, OneTimeCodeBudget budget, OneTimeCodeLimits limits, DateTimeOffset now)
    {
        int[] left =
        [
            limits.GuessesPerChallenge - Stamps.Within(slot.WrongAt, OneTimeCodeLimits.Hour, now),
            limits.GuessesPerHour - Stamps.Within(budget.GuessedAt, OneTimeCodeLimits.Hour, now),
            limits.GuessesPerDay - Stamps.Within(budget.GuessedAt, OneTimeCodeLimits.Day, now),
        ];
        return Math.Max(0, left.Min());
    }

    private static DateTimeOffset? NextSendAt(OneTimeCodeBudget budget, OneTimeCodeLimits limits, DateTimeOffset now) => Stamps.Latest(
        budget.LastSendUsed ? null : Stamps.FreeAt(budget.SentAt, 1, limits.SendSpacing, now),
        Stamps.FreeAt(budget.SentAt, limits.SendsPerHour, OneTimeCodeLimits.Hour, now),
        Stamps.FreeAt(budget.SentAt, limits.SendsPerDay, OneTimeCodeLimits.Day, now));

    private static DateTimeOffset? NextGuessAt(
        OneTimeCodeSlot slot, OneTimeCodeBudget budget, OneTimeCodeLimits limits, DateTimeOffset now) =>
        Stamps.Latest(
            Stamps.FreeAt(slot.WrongAt, limits.GuessesPerChallenge, OneTimeCodeLimits.Hour, now),
            Stamps.FreeAt(budget.GuessedAt, limits.GuessesPerHour, OneTimeCodeLimits.Hour, now),
            Stamps.FreeAt(budget.GuessedAt, limits.GuessesPerDay, OneTimeCodeLimits.Day, now));

    private static OneTimeCodeBudget Budget(OneTimeCodeState state, bool knownDevice) => knownDevice ? state.Known : state.Unknown;

    private static OneTimeCodeSlot Slot(OneTimeCodeState state, CodePurpose purpose, bool knownDevice) =>
        state.Slots.FirstOrDefault(s => s.Purpose == purpose && s.KnownDevice == knownDevice)
            ?? new() { Purpose = purpose, KnownDevice = knownDevice };

    private static OneTimeCodeState With(OneTimeCodeState state, bool knownDevice, OneTimeCodeBudget budget) =>
        knownDevice ? state with { Known = budget } : state with { Unknown = budget };

    private static OneTimeCodeState With(OneTimeCodeState state, OneTimeCodeSlot slot) =>
        state with { Slots = [.. state.Slots.Where(s => s.Purpose != slot.Purpose || s.KnownDevice != slot.KnownDevice), slot] };

    // After a clock has gone back, what seems to lie in the future counts as happening now: nobody wins guesses by it, and nobody
    // waits longer than one window. It is saved with the next answer, refusals included, or the wait would begin anew each time.
    private static OneTimeCodeState Rewound(OneTimeCodeState state, DateTimeOffset now)
    {
        bool Later(DateTimeOffset at) => at > now;
        OneTimeCodeBudget Back(OneTimeCodeBudget b) => b with
        {
            SentAt = Stamps.NotAfter(b.SentAt, now),
            GuessedAt = Stamps.NotAfter(b.GuessedAt, now),
        };
        var budgets = state.Known.SentAt.Concat(state.Known.GuessedAt).Concat(state.Unknown.SentAt).Concat(state.Unknown.GuessedAt);
        return !budgets.Any(Later) && !state.Slots.Any(s => s.WrongAt.Any(Later)) && !state.Used.Any(u => Later(u.At))
            ? state
            : state with
            {
                Known = Back(state.Known),
                Unknown = Back(state.Unknown),
                Slots = [.. state.Slots.Select(s => s with { WrongAt = Stamps.NotAfter(s.WrongAt, now) })],
                Used = [.. state.Used.Select(u => Later(u.At) ? u with { At = now } : u)],
            };
    }

    private static OneTimeCodeState Pruned(OneTimeCodeState state, DateTimeOffset now)
    {
        OneTimeCodeBudget Recent(OneTimeCodeBudget b) => b with
        {
            SentAt = Stamps.Recent(b.SentAt, OneTimeCodeLimits.Day, now),
            GuessedAt = Stamps.Recent(b.GuessedAt, OneTimeCodeLimits.Day, now),
        };
        bool IsOver(OneTimeCodeChallenge c) => now >= c.ExpiresAt + OneTimeCodeLimits.Hour || IsFromTheFuture(c, now);
        return state with
        {
            Known = Recent(state.Known),
            Unknown = Recent(state.Unknown),
            Slots = [.. state.Slots
                .Select(s => s with
                {
                    Challenge = s.Challenge is { } c && IsOver(c) ? null : s.Challenge,
                    WrongAt = Stamps.Recent(s.WrongAt, OneTimeCodeLimits.Hour, now),
                })
                .Where(s => s.Challenge is not null || s.WrongAt.Length > 0)],
            Used = [.. state.Used.Where(u => u.At > now - OneTimeCodeLimits.Day)],
        };
    }
}
