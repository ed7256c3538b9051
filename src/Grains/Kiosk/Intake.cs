using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;

namespace Portal.Grains.Kiosk;

/// <summary>What is stored of a patient's intake forms besides the table: the one that may not be in there yet.</summary>
[GenerateSerializer, Alias("portal.IntakeState")]
public sealed record IntakeState : IUntold<IntakeState>
{
    /// <summary>The form that was kept last and may not be in the table yet; null: none.</summary>
    [Id(0)] public IntakeForm? Waiting { get; init; }

    /// <summary>The ids of the last forms, so that the same one again is kept once; oldest first.</summary>
    [Id(1)] public IReadOnlyList<string> Last { get; init; } = [];

    /// <summary>When forms were kept within a day, in rising order.</summary>
    [Id(2)] public DateTimeOffset[] KeptAt { get; init; } = [];

    /// <inheritdoc />
    [Id(3)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public IntakeState WithUntold(IReadOnlyList<AuditEntry> untold) =>
        this with { Untold = untold, Waiting = untold.Count == 0 ? null : Waiting };
}

/// <summary>The rules of intake forms.</summary>
public static class Intake
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether the answers can be kept and shown.</summary>
    public static bool IsValid(IntakeAnswers answers)
    {
        var contact = answers.Contact;
        string[] lines = [contact.Email, contact.Mobile, contact.HomePhone, contact.Street, contact.Town, contact.PostalCode];
        return answers.Consent
            && lines.All(text => text.Length <= RegisterPatient.MaxText && PlainText.IsShowable(text))
            && IsAnswer(answers.Allergies) && IsAnswer(answers.Medication);
    }

    /// <summary>Keeps a form; the same state where it was kept before, or there were too many today.</summary>
    public static (SubmitIntakeOutcome Outcome, IntakeState State) Keep(IntakeState state, IntakeForm form, DateTimeOffset now)
    {
        if (state.Last.Contains(form.Id)) return (SubmitIntakeOutcome.Kept, state);
        if (!IsValid(form.Answers)) return (SubmitIntakeOutcome.Invalid, state);
        var recent = Stamps.Recent(state.KeptAt, Day, now);
        if (recent.Length >= IntakeLimits.PerDay) return (SubmitIntakeOutcome.TooMany, state);
        return (SubmitIntakeOutcome.Kept, state with
        {
            Waiting = form,
            Last = [.. state.Last.Append(form.Id).TakeLast(IntakeLimits.PerDay)],
            KeptAt = Stamps.Add(recent, now, IntakeLimits.PerDay),
        });
    }

    // Lines may be parted; everything else is as of one line.
    private static bool IsAnswer(string text) => text.Length <= IntakeLimits.MaxAnswer
        && text.Split('\n').All(line => PlainText.IsShowable(line.TrimEnd('\r')));
}
