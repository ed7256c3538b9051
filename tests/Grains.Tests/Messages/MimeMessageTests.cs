using System.Text;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Wording;
using Xunit;

namespace Portal.Grains.Tests.Messages;

public sealed class MimeMessageTests
{
    private static string Mail(string fromName = "Riverside Portal", string subject = "Hello", string text = "text\n",
        string html = "<p>html</p>\n") =>
        Encoding.UTF8.GetString(MimeMessage.Write("m-1", fromName, "portal@riverside.example", "alice@example.org",
            new RenderedMessage(subject, text, html), TestMessages.Monday.AddHours(5)));

    [Fact]
    public void A_mail_is_text_and_html_with_all_headers()
    {
        var mail = ParsedMail.Parse(Mail(text: "Grüße\n.\n", html: "<p>Grüße</p>\n"));
        Assert.Equal("Mon, 23 Nov 2026 14:00:00 +0000", mail["Date"]);
        Assert.Equal("\"Riverside Portal\" <portal@riverside.example>", mail["From"]);
        Assert.Equal("alice@example.org", mail["To"]);
        Assert.Equal("Hello", mail["Subject"]);
        Assert.Equal("<m-1@riverside.example>", mail["Message-ID"]);
        Assert.Equal("1.0", mail["MIME-Version"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal(["text/plain; charset=utf-8", "text/html; charset=utf-8"], mail.Parts.Select(part => part.Type));
        Assert.Equal("Grüße\r\n.\r\n", mail.Parts[0].Content);
        Assert.Equal("<p>Grüße</p>\r\n", mail.Parts[1].Content);
    }

    [Theory]
    [InlineData("Your code for Riverside")]
    [InlineData("Grüße von der Praxis am Fluß, die einen Betreff schreibt, der über mehrere Zeilen geht, weil sie gerne schreibt")]
    [InlineData("診療所からのお知らせ診療所からのお知らせ診療所からのお知らせ診療所からのお知らせ")]
    [InlineData("👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️👩‍⚕️")]
    [InlineData("=?utf-8?B?SGFjaw==?=")]
    [InlineData("A plain subject that is a good deal longer than the line of seventy-six characters allows it to be")]
    public void A_subject_of_any_script_survives(string subject)
    {
        var mail = Mail(subject: subject);
        Assert.Equal(subject, ParsedMail.Parse(mail)["Subject"]);
        Assert.True(Ascii.IsValid(mail));
        Assert.All(mail.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
    }

    [Theory]
    [InlineData("Riverside \"The Best\" \\ Clinic", "\"Riverside \\\"The Best\\\" \\\\ Clinic\" <portal@riverside.example>")]
    [InlineData("Praxis Müller", "Praxis Müller <portal@riverside.example>")]
    [InlineData("Evil <evil@example.org>", "\"Evil <evil@example.org>\" <portal@riverside.example>")]
    [InlineData("", "portal@riverside.example")]
    public void A_senders_name_cannot_become_an_address(string name, string expected) =>
        Assert.Equal(expected, ParsedMail.Parse(Mail(fromName: name))["From"]);

    [Theory]
    [InlineData("Hello\r\nBcc: charlie@example.org")]
    [InlineData("Hello\nX: y")]
    [InlineData("Hello\rX")]
    [InlineData("Hello\0")]
    [InlineData("Hello\u0085X")]
    public void A_line_break_in_a_header_is_refused(string hostile)
    {
        Assert.Throws<ArgumentException>(() => Mail(subject: hostile));
        Assert.Throws<ArgumentException>(() => Mail(fromName: hostile));
        Assert.Throws<ArgumentException>(() =>
            MimeMessage.Write("m", "", "a@b.example", "x@y.example" + hostile, new("s", "t", "h"), TestMessages.Monday));
    }

    [Theory]
    [InlineData("alice@example.org", "alice@example.org")]
    [InlineData("alice@Müller.example", "alice@xn--mller-kva.example")]
    [InlineData("älice@example.org", "älice@example.org")]
    [InlineData("o'brien+tag@example.org", "o'brien+tag@example.org")]
    [InlineData("alice", null)]
    [InlineData("@example.org", null)]
    [InlineData("alice@", null)]
    [InlineData("a@b@example.org", null)]
    [InlineData("alice@example.org\r\nRCPT TO:<charlie@example.org>", null)]
    [InlineData("alice@example.org> BODY=8BITMIME", null)]
    [InlineData("<alice@example.org>", null)]
    [InlineData("al ice@example.org", null)]
    [InlineData("alice\0@example.org", null)]
    [InlineData("alice@exa..mple.org", null)]
    public void Only_an_address_can_be_sent_to(string address, string? expected) => Assert.Equal(expected, MimeMessage.Sendable(address));

    [Fact]
    public void An_address_of_over_254_characters_is_none() =>
        Assert.Null(MimeMessage.Sendable("a@" + string.Join('.', Enumerable.Repeat(new string('d', 60), 5))));

    [Theory]
    [InlineData("a=b", "a=3Db\r\n")]
    [InlineData("ends with a space \nand a tab\t", "ends with a space=20\r\nand a tab=09\r\n")]
    [InlineData("é", "=C3=A9\r\n")]
    [InlineData(".\n..\n", ".\r\n..\r\n")]
    [InlineData("one\r\ntwo\rthree\n", "one\r\ntwo\r\nthree\r\n")]
    public void Quoted_printable_is_as_its_rfc_says(string text, string expected) => Assert.Equal(expected, QuotedPrintable.Encode(text));

    [Fact]
    public void Long_lines_are_broken_softly_and_come_back_whole()
    {
        foreach (var unit in new[] { "x", "é", "=", " ", "👩", "a b é = " })
        {
            for (var length = 70; length < 160; length++)
            {
                var line = string.Concat(Enumerable.Repeat(unit, length));
                var encoded = QuotedPrintable.Encode(line);
                Assert.All(encoded.Split("\r\n"), part => Assert.InRange(part.Length, 0, 76));
                Assert.Equal(line + "\r\n", ParsedMail.Unquote(encoded));
            }
        }
    }

    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n")]
    [InlineData("no end", "no end\r\n.\r\n")]
    public void Dots_at_the_start_of_a_line_are_doubled(string mail, string sent) =>
        Assert.Equal(sent, Encoding.ASCII.GetString(SmtpConnection.Stuff(Encoding.ASCII.GetBytes(mail))));

    [Fact]
    public void Every_kind_of_message_makes_a_mail()
    {
        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            var words = MessageTemplates.Render(TestMessages.Of(kind));
            var mail = ParsedMail.Parse(Mail(subject: words.Subject, text: words.Text, html: words.Html));
            Assert.Equal(words.Text, mail.Parts[0].Content.ReplaceLineEndings("\n"));
            Assert.Equal(words.Html, mail.Parts[1].Content.ReplaceLineEndings("\n"));
        }
    }
}
