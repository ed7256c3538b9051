using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Messages.Wording;

/// <summary>What people are told of their own account: its authenticator app, and who may act for whom.</summary>
internal static class AccountLetters
{
    /// <summary>The letter of a kind from <see cref="MessageKind.MfaOn"/> to <see cref="MessageKind.InvitedElsewhere"/>.</summary>
    public static Letter Write(MessageKind kind, MessageDetails details, MessageTemplates.Words words)
    {
        var (portal, organisation) = (words.Portal, words.Organisation);
        return kind switch
        {
            MessageKind.MfaOn => new Letter($"Your authenticator app for {portal}",
                [$"{portal} asks for a code of your authenticator app at each sign-in from now on. All other devices were signed out."],
                [$"If this was not you, tell {organisation} at once."]),
            MessageKind.MfaOff => new Letter($"Your authenticator app for {portal} was switched off",
                [$"{portal} no longer asks for a code of your authenticator app. All other devices were signed out."],
                [$"If this was not you, tell {organisation} at once."]),
            MessageKind.RecoveryCodeUsed => new Letter($"A recovery code for {portal} was used",
                [$"Somebody, probably you, used one of your recovery codes for {portal}. It does not work a second time."],
                [$"If this was not you, tell {organisation} at once."]),
            MessageKind.CaregiverAdded => new Letter($"Somebody may act for you in {portal}",
                [$"{organisation} has let somebody act for you in {portal}. You see who, and can end it, under “Relationships”."],
                [$"If you did not agree to this, tell {organisation} at once."]),
            MessageKind.CaregiverWelcome => new Letter($"You may act for somebody in {portal}",
                [$"{organisation} has let you act for somebody in {portal}. Once you are signed in, choose whom you act for."],
                [$"If you did not expect this, tell {organisation}."]),
            MessageKind.CaregiverEnded => new Letter($"Acting for somebody in {portal} has ended",
                [$"In {portal}, the right of one person to act for another has ended. You see which under “Relationships”."],
                [$"If this is a mistake, tell {organisation}."]),
            MessageKind.ComingOfAge => new Letter($"A parent's access to {portal} will end",
                [
                    $"One of {organisation}'s {words.Patients} comes of age{On(details, words)}. From that day a parent's access to "
                        + $"{portal} in their name ends by itself.",
                ],
                [$"Who is of age may give it anew: ask {organisation}."]),
            MessageKind.InvitedElsewhere => new Letter($"Somebody signed in to {portal} by an invitation",
                [$"An invitation to {portal} that {organisation} sent to another address of yours was accepted just now."],
                [$"If this was not you, tell {organisation} at once."]),
            _ => new Letter($"A change of signing in to {portal}",
                [$"{organisation} was asked to change how you sign in to {portal}. A second member of staff looks at it first."],
                [$"If you did not ask for this, tell {organisation} at once."]),
        };
    }

    private static string On(MessageDetails details, MessageTemplates.Words words) =>
        details.Deadline is { } day ? $" on {MessageTemplates.LocalTime(day, words.TimeZone, "d MMMM yyyy")}" : "";
}
