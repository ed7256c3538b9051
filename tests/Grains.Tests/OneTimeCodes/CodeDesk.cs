using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.OneTimeCodes;
using Xunit;

namespace Portal.Grains.Tests.OneTimeCodes;

/// <summary>One credential's codes under a clock moved by hand. The code of a challenge is the challenge's name.</summary>
internal sealed class CodeDesk
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private int _sent;

    public OneTimeCodeState State { get; set; } = new();

    public DateTimeOffset Now { get; set; } = Noon;

    public OneTimeCodeLimits Limits { get; init; } = OneTimeCodeLimits.Default;

    public void Wait(TimeSpan time) => Now += time;

    public SendCodeResult Send(
        string browser = "alices-phone", bool known = false, CodePurpose purpose = CodePurpose.SignIn, string context = "",
        string? id = null)
    {
        var command = new SendCode
        {
            ChallengeId = id ?? $"c{++_sent}",
            Purpose = purpose,
            Context = context,
            Browser = browser,
            KnownDevice = known,
        };
        var decision = OneTimeCode.Send(State, command, Limits, Now);
        State = decision.State;
        return decision.Result;
    }

    /// <summary>Asks for a code and has it sent to Alice; the code.</summary>
    public string Sent(
        string browser = "alices-phone", bool known = false, CodePurpose purpose = CodePurpose.SignIn, string context = "")
    {
        var id = Assert.IsType<SendCodeResult.Send>(Send(browser, known, purpose, context)).Challenge.Id;
        State = OneTimeCode.Addressed(State, id, Hash(id, id), "p-alice", "alice@example.com");
        return id;
    }

    public CheckCodeResult Check(
        string code, string browser = "alices-phone", string operation = "session-1", CodePurpose purpose = CodePurpose.SignIn,
        string context = "")
    {
        var command = new CheckCode
        {
            Purpose = purpose,
            Context = context,
            Browser = browser,
            Operation = operation,
            HashFor = challenge =>
            {
                Evaluated++;
                return Hash(challenge, code);
            },
        };
        var decision = OneTimeCode.Check(State, command, Limits, Now);
        State = decision.State;
        return decision.Result;
    }

    public int Evaluated { get; set; }

    public void Wrong(int times, string browser = "alices-phone")
    {
        for (var i = 0; i < times; i++)
        {
            Assert.IsType<CheckCodeResult.Wrong>(Check("wrong", browser));
        }
    }

    private static string Hash(string challenge, string code) => $"<{challenge}:{code}>";
}
