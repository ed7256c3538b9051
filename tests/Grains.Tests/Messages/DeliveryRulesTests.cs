using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>What answers mean, and what follows from them.</summary>
public sealed class DeliveryRulesTests
{
    private static readonly DateTimeOffset Now = TestMessages.Monday;

    [Theory]
    [InlineData(1, false, 5)]
    [InlineData(2, false, 10)]
    [InlineData(3, false, 20)]
    [InlineData(8, false, 640)]
    [InlineData(11, false, 3600)]
    [InlineData(60, false, 3600)]
    [InlineData(4, true, 40)]
    [InlineData(5, true, 60)]
    public void Waits_double_up_to_an_hour_and_a_minute_for_codes(int attempts, bool code, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Delay(attempts, code, null, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 0.8), RetrySchedule.Delay(attempts, code, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 1.2), RetrySchedule.Delay(attempts, code, null, 1));
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(1, 5)]
    [InlineData(-10, 5)]
    [InlineData(100_000, 3600)]
    public void A_wait_that_was_asked_for_is_kept_up_to_an_hour(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Delay(1, false, TimeSpan.FromSeconds(asked), 0.5));

    [Fact]
    public void A_message_is_tried_for_two_days_and_a_code_until_its_deadline()
    {
        var later = new DeliveryOutcome.Later(DeliveryFailure.Unreachable);
        var invitation = TestMessages.Invitation;
        var code = TestMessages.MailedCode with { NotAfter = Now.AddMinutes(10) };
        Assert.IsType<AfterAttempt.Again>(RetrySchedule.After(invitation, Now, 20, later, Now.AddHours(46), 0.5));
        Assert.IsType<AfterAttempt.Settled>(RetrySchedule.After(invitation, Now, 20, later, Now.AddHours(47.5), 0.5));
        Assert.IsType<AfterAttempt.Again>(RetrySchedule.After(code, Now, 9, later, Now.AddMinutes(8.5), 0.5));
        var given = Assert.IsType<AfterAttempt.Settled>(RetrySchedule.After(code, Now, 9, later, Now.AddMinutes(9), 0.5));
        Assert.Equal((DeliveryState.Failed, DeliveryFailure.Unreachable), (given.State, given.Failure));
    }

    [Fact]
    public void A_message_is_tried_sixty_times_at_most()
    {
        var later = new DeliveryOutcome.Later(DeliveryFailure.Deferred);
        Assert.IsType<AfterAttempt.Again>(RetrySchedule.After(TestMessages.Invitation, Now, 59, later, Now, 0.5));
        Assert.IsType<AfterAttempt.Settled>(RetrySchedule.After(TestMessages.Invitation, Now, 60, later, Now, 0.5));
    }

    [Fact]
    public void A_deadline_of_its_own_never_lengthens_the_two_days() =>
        Assert.Equal(Now.AddDays(2), RetrySchedule.Deadline(TestMessages.Invitation with { NotAfter = Now.AddDays(30) }, Now));

    [Theory]
    [InlineData("Recipient", 550, "5.1.1 no such user", DeliveryState.Bounced, DeliveryFailure.AddressRefused, "550 5.1.1")]
    [InlineData("Recipient", 550, "no such user", DeliveryState.Bounced, DeliveryFailure.AddressRefused, "550")]
    [InlineData("Recipient", 552, "5.2.2 mailbox full", DeliveryState.Bounced, DeliveryFailure.AddressRefused, "552 5.2.2")]
    [InlineData("Recipient", 554, "5.7.1 relay access denied", DeliveryState.Failed, DeliveryFailure.MessageRefused, "554 5.7.1")]
    [InlineData("Recipient", 450, "4.2.0 greylisted", null, DeliveryFailure.Deferred, "450 4.2.0")]
    [InlineData("Recipient", 530, "5.7.0 authentication required", null, DeliveryFailure.SenderRefused, "530 5.7.0")]
    [InlineData("Sender", 550, "5.7.1 not your address", null, DeliveryFailure.SenderRefused, "550 5.7.1")]
    [InlineData("Sender", 552, "5.3.4 too big", DeliveryState.Failed, DeliveryFailure.MessageRefused, "552 5.3.4")]
    [InlineData("Sender", 452, "4.3.1 disk full", null, DeliveryFailure.Deferred, "452 4.3.1")]
    [InlineData("Content", 554, "5.7.1 spam", DeliveryState.Failed, DeliveryFailure.MessageRefused, "554 5.7.1")]
    [InlineData("Content", 550, "5.1.1 no such user after all", DeliveryState.Bounced, DeliveryFailure.AddressRefused, "550 5.1.1")]
    [InlineData("Content", 451, "4.7.1 later", null, DeliveryFailure.Deferred, "451 4.7.1")]
    [InlineData("Authentication", 535, "5.7.8 bad password", null, DeliveryFailure.SenderRefused, "535 5.7.8")]
    [InlineData("Authentication", 454, "4.7.0 try later", null, DeliveryFailure.Deferred, "454 4.7.0")]
    [InlineData("Opening", 554, "go away", null, DeliveryFailure.Unreachable, "554")]
    [InlineData("Opening", 421, "busy", null, DeliveryFailure.Deferred, "421")]
    public void A_mail_servers_refusal_is_for_now_for_good_or_for_an_operator(
        string step, int code, string text, DeliveryState? never, DeliveryFailure why, string detail)
    {
        var outcome = new SmtpReply(code, [text]).Outcome(Enum.Parse<SmtpStep>(step));
        Assert.Equal(never is { } state ? new DeliveryOutcome.Never(state, why, detail) : new DeliveryOutcome.Later(why, detail), outcome);
    }

    [Theory]
    [InlineData(201, """{"sid":"SM1","status":"queued","error_code":null}""", "sent")]
    [InlineData(200, """{"sid":"SM1","status":"accepted"}""", "sent")]
    [InlineData(201, """{"sid":"SM1","status":"failed","error_code":21610}""", "Bounced OptedOut twilio 21610")]
    [InlineData(200, "<html>welcome to the hotel</html>", "later Unreachable http 200")]
    [InlineData(400, """{"code":21211,"message":"The 'To' number +447700900123 is not valid","status":400}""",
        "Bounced AddressRefused twilio 21211")]
    [InlineData(400, """{"code":21610,"message":"unsubscribed","status":400}""", "Bounced OptedOut twilio 21610")]
    [InlineData(400, """{"code":21617,"message":"too long","status":400}""", "Failed MessageRefused twilio 21617")]
    [InlineData(400, """{"code":21606,"message":"from","status":400}""", "later SenderRefused twilio 21606")]
    [InlineData(400, """{"code":21611,"message":"queue full","status":400}""", "later RateLimited twilio 21611")]
    [InlineData(400, "", "Failed MessageRefused http 400")]
    [InlineData(400, "[1]", "Failed MessageRefused http 400")]
    [InlineData(400, """{"code":"many"}""", "Failed MessageRefused http 400")]
    [InlineData(401, """{"code":20003,"message":"Authenticate","status":401}""", "later SenderRefused twilio 20003")]
    [InlineData(404, "", "later SenderRefused http 404")]
    [InlineData(429, """{"code":20429,"status":429}""", "later RateLimited twilio 20429")]
    [InlineData(500, "", "later Deferred http 500")]
    [InlineData(503, "{", "later Deferred http 503")]
    [InlineData(302, "", "later Unreachable http 302")]
    public void A_gateways_answer_is_for_now_for_good_or_for_an_operator(int status, string body, string expected)
    {
        var outcome = SmsGatewayAnswer.Judge(status, body, TimeSpan.FromSeconds(7)) switch
        {
            DeliveryOutcome.Sent => "sent",
            DeliveryOutcome.Later later => $"later {later.Why} {later.Detail}",
            DeliveryOutcome.Never never => $"{never.State} {never.Why} {never.Detail}",
            _ => "",
        };
        Assert.Equal(expected, outcome);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void A_gateways_wish_to_wait_is_passed_on(int status) =>
        Assert.Equal(TimeSpan.FromSeconds(7),
            ((DeliveryOutcome.Later)SmsGatewayAnswer.Judge(status, "", TimeSpan.FromSeconds(7))).RetryAfter);
}
