using Portal.Grains.Abstractions.Registration;
using Portal.Web.Shared;

namespace Portal.Web.Registration;

/// <summary>Online registrations in the words of staff pages.</summary>
public static class RegistrationWording
{
    /// <summary>The stages that the list can be filtered by.</summary>
    public static readonly IReadOnlyList<RegistrationStage> Filters =
        [RegistrationStage.Held, RegistrationStage.Waiting, RegistrationStage.Confirmed, RegistrationStage.Refused];

    /// <summary>The stage in words.</summary>
    public static string Name(RegistrationStage stage) => stage switch
    {
        RegistrationStage.Waiting => "Waiting for the link",
        RegistrationStage.Held => "Held for you",
        RegistrationStage.Confirmed => "Confirmed",
        RegistrationStage.Attached => "On file before",
        RegistrationStage.Refused => "Refused",
        _ => "Ended",
    };

    /// <summary>What it means.</summary>
    public static Tone Tone(RegistrationStage stage) => stage switch
    {
        RegistrationStage.Held => Shared.Tone.Warning,
        RegistrationStage.Confirmed or RegistrationStage.Attached => Shared.Tone.Success,
        RegistrationStage.Refused => Shared.Tone.Danger,
        _ => Shared.Tone.Neutral,
    };

    /// <summary>The stage in addresses.</summary>
    public static string Value(RegistrationStage stage) => stage == RegistrationStage.None ? "" : stage.ToString().ToLowerInvariant();

    /// <summary>The stage that an address names; none for anything else.</summary>
    public static RegistrationStage Stage(string? value) => Filters.FirstOrDefault(s => Value(s) == value);

    /// <summary>What was done, on the page that follows; null for anything else.</summary>
    public static string? Done(string? done) => done switch
    {
        "attached" => "The invitation is on its way to the address on file. Nothing of the form went into the record.",
        "admitted" => "On file now, with access. A message says so, with the way to sign in.",
        "admitted-off" => "On file now, without access: the address is not proved, or signs somebody else in. "
            + "Give access on the tab Online access.",
        "refused" => "Refused. Whoever proved the address was told.",
        _ => null,
    };

    /// <summary>Why a decision was not carried out.</summary>
    public static string Refusal(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.CannotInvite =>
            "Nobody could be invited: the record has no email or no postal code. Complete it with the person, then come back",
        DecisionOutcome.Blocked => "The patient is blocked. Lift the block first, if that is right",
        DecisionOutcome.Busy => "It could not be finished just now. Nothing is lost: press the button again",
        _ => "It was decided, confirmed or replaced in between. See below how it stands now",
    };
}
