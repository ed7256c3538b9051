using System.Globalization;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Web.Shared;

namespace Portal.Web.Onboarding;

/// <summary>The words of bulk work.</summary>
public static class BatchWording
{
    /// <summary>How far it is, in a word or two.</summary>
    public static string Stage(BatchStage stage, bool paused) => paused ? "Paused" : stage switch
    {
        BatchStage.Filling => "Being read",
        BatchStage.Mapping => "Columns to be named",
        BatchStage.Checking => "Being checked",
        BatchStage.Ready => "Ready to begin",
        BatchStage.Running => "At work",
        BatchStage.Done => "Done",
        _ => "Cancelled",
    };

    /// <summary>What that means.</summary>
    public static Tone Tone(BatchStage stage, bool paused) => paused ? Portal.Web.Shared.Tone.Warning : stage switch
    {
        BatchStage.Done => Portal.Web.Shared.Tone.Success,
        BatchStage.Cancelled => Portal.Web.Shared.Tone.Danger,
        BatchStage.Mapping or BatchStage.Ready => Portal.Web.Shared.Tone.Warning,
        _ => Portal.Web.Shared.Tone.Info,
    };

    /// <summary>How far it is, in a sentence.</summary>
    public static string Progress(BatchView batch) => string.Create(
        CultureInfo.InvariantCulture, $"{Stage(batch.Stage, batch.Paused)}: {batch.Behind:N0} of {batch.Total:N0} rows");

    /// <summary>What came, or is to come, of a row.</summary>
    public static string Outcome(RowOutcome outcome, BatchJob job) => outcome switch
    {
        RowOutcome.ToDo => job switch { BatchJob.Import => "New", _ => "To do" },
        RowOutcome.Done => job switch { BatchJob.Import => "Imported", BatchJob.Backfill => "Promoted", _ => "Done" },
        RowOutcome.OnFile => "Already on file",
        RowOutcome.Repeated => "Twice in the file",
        RowOutcome.Invalid => "Invalid",
        RowOutcome.AlreadySet => "Already set",
        RowOutcome.Shared => "Shared by several",
        RowOutcome.Taken => "Somebody else's sign-in",
        RowOutcome.NoEmail => "No email",
        RowOutcome.NoPostalCode => "No postal code",
        RowOutcome.Blocked => "Blocked",
        RowOutcome.TestPatient => "Test patient",
        RowOutcome.AlreadyIn => "Has joined already",
        RowOutcome.InvitedAlready => "Invited, not expired",
        RowOutcome.InvitationExpired => "Invitation expired",
        RowOutcome.Gone => "No longer on file",
        RowOutcome.PortalDisabled => "Portal switched off",
        RowOutcome.NothingToDo => "Nothing to do",
        RowOutcome.NeedsApproval => "A colleague has to approve it",
        _ => "Failed",
    };

    /// <summary>What that means.</summary>
    public static Tone Tone(RowOutcome outcome) => outcome switch
    {
        RowOutcome.Done => Portal.Web.Shared.Tone.Success,
        RowOutcome.ToDo => Portal.Web.Shared.Tone.Info,
        RowOutcome.Invalid or RowOutcome.Failed or RowOutcome.Blocked or RowOutcome.Taken => Portal.Web.Shared.Tone.Danger,
        RowOutcome.OnFile or RowOutcome.AlreadySet or RowOutcome.AlreadyIn or RowOutcome.NothingToDo => Portal.Web.Shared.Tone.Neutral,
        _ => Portal.Web.Shared.Tone.Warning,
    };

    /// <summary>More about an outcome; empty where there is nothing more.</summary>
    public static string Detail(BatchRowView row) => (row.Outcome, row.Detail) switch
    {
        (_, "") => "",
        (RowOutcome.Repeated, var number) => $"The same person as row {number}",
        (_, "name") => "Given and family name are both needed",
        (_, "birth-date-missing") => "The date of birth is missing",
        (_, "birth-date") => "The date of birth is no date that can be read, such as 1985-03-27",
        (_, "birth-date-range") => "The date of birth is before 1900 or in the future",
        (_, "changed") => "What is on file was changed after it was looked at",
        (_, "email") => "The email address is none",
        (_, "mobile") => "The number is no mobile number",
        (_, "text") => "Something is longer than 100 characters, or has characters that can't be shown",
        (_, "too-many-cells") => "The row has more cells than the file has columns",
        (_, "access") => "Access given",
        (_, "invited") => "Invited",
        (_, "access-invited") => "Access given and invited",
        (_, "link") => "Link sent",
        (_, "access-link") => "Access given and link sent",
        (_, "access-invited-link") => "Access given, invited and link sent",
        (_, "invited-link") => "Invited and link sent",
        (_, "no-credential") => "No sign-in is set, so that nobody could use a link",
        (_, "no-access") => "No access, so that nobody could use a link",
        _ => "",
    };
}
