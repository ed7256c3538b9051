using System.Net;
using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Wording;
using Xunit;

namespace Portal.Grains.Tests.Messages;

public sealed partial class MessageTemplatesTests
{
    public static TheoryData<MessageKind, MessageChannel> All => TestMessages.All;

    /// <summary>Names as attackers, accidents and the world's languages write them.</summary>
    public static TheoryData<string> HostileNames => new(
        "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "Alice\r\nBcc: charlie@example.org", "</p><h1>Call 555-0199</h1>",
        "&lt;b&gt;", "{{Code}}", "Clinic 123456", "١٢٣٤٥٦", "A\u202Ecod.exe", "zero\u200Bwidth", "Łódź Przychodnia", "診療所", "👩‍⚕️ Care",
        "\uD83D lone", new string('x', 5000), "https://evil.example/sign-in", "\0\u0001\u001b[31m", "' OR 1=1 --", "=?utf-8?B?QQ==?=");

    [Theory, MemberData(nameof(All))]
    public void Every_kind_has_words_for_every_channel(MessageKind kind, MessageChannel channel)
    {
        var words = MessageTemplates.Render(TestMessages.Of(kind, channel));
        Assert.Contains("Riverside", words.Text);
        Assert.DoesNotContain("  ", words.Text.Replace("-- \n", ""));
        Assert.Equal(channel == MessageChannel.Sms, words.Subject.Length == 0);
        Assert.Equal(channel == MessageChannel.Sms, words.Html.Length == 0);
    }

    [Theory, MemberData(nameof(All))]
    public void A_code_is_the_only_six_digit_number_and_there_once(MessageKind kind, MessageChannel channel)
    {
        var message = TestMessages.Of(kind, channel);
        var branding = message.Branding with { OrganisationName = "Clinic 555123", ContactLine = "Fax 123456, +441234567" };
        var words = MessageTemplates.Render(message with
        {
            Branding = branding with { PortalName = "Portal 987654", AccentColour = "#005599" },
            Details = message.Details with { RecipientName = "Alice 424242" },
        });
        string[] expected = MessageTemplates.IsCode(kind) ? ["204816"] : [];
        Assert.Equal(expected, SixDigits().Matches(words.Text).Select(m => m.Value));
        Assert.Empty(SixDigits().Matches(words.Subject));
        if (channel == MessageChannel.Email) Assert.Equal(expected, SixDigits().Matches(words.Html).Select(m => m.Value));
    }

    [Theory, MemberData(nameof(All))]
    public void A_link_has_a_line_of_its_own(MessageKind kind, MessageChannel channel)
    {
        var words = MessageTemplates.Render(TestMessages.Of(kind, channel));
        var linked = kind is (>= MessageKind.Invitation and <= MessageKind.PaymentLink) or MessageKind.PasswordReset
            or MessageKind.RegistrationLink or MessageKind.RegistrationAccepted;
        Assert.Equal(linked ? 1 : 0, words.Text.Split('\n').Count(line => line == TestMessages.Link));
        Assert.Equal(linked, words.Text.Contains("http", StringComparison.Ordinal));
        if (channel == MessageChannel.Email)
            Assert.Equal(linked, words.Html.Contains($"href=\"{TestMessages.Link}\"", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(All))]
    public void A_text_message_fits_into_one_segment_where_it_has_no_long_link(MessageKind kind, MessageChannel channel)
    {
        if (channel != MessageChannel.Sms) return;
        var message = TestMessages.Of(kind, channel);
        var septets = MessageText.GsmLength(MessageTemplates.Render(message).Text);
        Assert.InRange(septets, 1, SmsTemplates.Segment);
    }

    [Fact]
    public void A_texted_code_ends_with_a_line_that_phones_fill_in()
    {
        var text = MessageTemplates.Render(TestMessages.TextedCode).Text;
        Assert.Equal("204 816 is your Riverside Portal sign-in code. It works for 10 minutes. Never share it.\n\n"
            + "@portal.riverside.example #204816", text);
    }

    [Fact]
    public void A_texted_code_without_a_host_is_written_in_one_group()
    {
        var message = TestMessages.TextedCode;
        var text = MessageTemplates.Render(message with { Details = message.Details with { Host = null } }).Text;
        Assert.Equal("204816 is your Riverside Portal sign-in code. It works for 10 minutes. Never share it.", text);
    }

    [Fact]
    public void A_long_name_shortens_the_rest_of_a_text_message()
    {
        var message = TestMessages.TextedCode;
        var text = MessageTemplates.Render(message with
        {
            Branding = message.Branding with { PortalName = "Ślaski Instytut Kardiologii Dziecięcej" },
        }).Text;
        Assert.StartsWith("204 816 is your Ślaski Instytut Kardiologii Dz sign-in code.", text);
        Assert.EndsWith("\n\n@portal.riverside.example #204816", text);
        Assert.DoesNotContain("Never share it", text);
    }

    [Theory, MemberData(nameof(HostileNames))]
    public void Hostile_names_stay_text(string name)
    {
        foreach (var channel in new[] { MessageChannel.Email, MessageChannel.Sms })
        {
            var message = TestMessages.Of(MessageKind.SignInCode, channel);
            var words = MessageTemplates.Render(message with
            {
                Details = message.Details with { RecipientName = name },
                Branding = message.Branding with
                {
                    OrganisationName = name,
                    PortalName = name,
                    ContactLine = name,
                    PatientSingular = name,
                    PatientPlural = name,
                },
            });
            Assert.Single(SixDigits().Matches(words.Text));
            Assert.DoesNotContain(words.Subject + words.Text.Replace("\n", ""), char.IsControl);
            Assert.DoesNotContain(words.Text, c => c is '\u202E' or '\u200B');
            Assert.True(words.Subject.Length < 200 && words.Text.Length < 3000 && words.Html.Length < 10_000);
            Assert.DoesNotContain("<script", words.Html, StringComparison.OrdinalIgnoreCase);
            Assert.Single(H1().Matches(words.Html), m => m.Success);
            Assert.DoesNotContain("onmouseover=\"", words.Html);
        }
    }

    [Fact]
    public void The_html_loads_nothing_and_says_the_same_as_the_text()
    {
        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            var words = MessageTemplates.Render(TestMessages.Of(kind));
            Assert.DoesNotContain("<img", words.Html);
            Assert.DoesNotContain("url(", words.Html);
            Assert.DoesNotContain("<link", words.Html);
            Assert.DoesNotContain("src=", words.Html);
            Assert.Contains("prefers-color-scheme:dark", words.Html);
            var shown = WebUtility.HtmlDecode(Tag().Replace(words.Html[words.Html.IndexOf("<body", StringComparison.Ordinal)..], " "));
            foreach (var line in words.Text.Split('\n').Where(line => line.Trim().Length > 0 && line != "-- "))
                Assert.Contains(line, shown);
        }
    }

    [Theory]
    [InlineData("#ffffff", "rgb(255,255,255)", "rgb(0,0,0)")]
    [InlineData("#000000", "rgb(0,0,0)", "rgb(255,255,255)")]
    [InlineData("#1d5fa8", "rgb(29,95,168)", "rgb(255,255,255)")]
    [InlineData("#ffdd00", "rgb(255,221,0)", "rgb(0,0,0)")]
    [InlineData("red;}</style>", "rgb(29,95,168)", "rgb(255,255,255)")]
    [InlineData("#12345g", "rgb(29,95,168)", "rgb(255,255,255)")]
    public void The_button_is_readable_on_any_colour(string accent, string background, string text)
    {
        var message = TestMessages.Invitation;
        var html = MessageTemplates.Render(message with { Branding = message.Branding with { AccentColour = accent } }).Html;
        Assert.Contains($"background:{background};color:{text}\"", html);
    }

    [Theory]
    [InlineData("Europe/London", "Thursday 26 November 2026, 09:00.")]
    [InlineData("America/New_York", "Thursday 26 November 2026, 04:00.")]
    [InlineData("UTC", "Thursday 26 November 2026, 09:00 UTC.")]
    [InlineData("Mars/Olympus", "Thursday 26 November 2026, 09:00 UTC.")]
    public void A_deadline_is_told_in_the_organisations_time(string zone, string expected)
    {
        var message = TestMessages.Invitation;
        Assert.Contains($"The link works until {expected}", MessageTemplates.Render(message with
        {
            Branding = message.Branding with { TimeZone = zone },
        }).Text);
    }

    [Theory]
    [MemberData(nameof(TestMessages.All), MemberType = typeof(TestMessages))]
    public void The_organisations_words_are_used_and_no_standard_one(MessageKind kind, MessageChannel channel)
    {
        var message = TestMessages.Of(kind, channel);
        var written = MessageTemplates.Render(message with
        {
            Branding = message.Branding with
            {
                PatientSingular = "client",
                PatientPlural = "clients",
                AppointmentSingular = "session",
                AppointmentPlural = "sessions",
            },
        });
        var all = written.Subject + written.Text + written.Html;
        Assert.DoesNotMatch("(?i)\\b(patient|practitioner|appointment)s?\\b", all);
        if (channel == MessageChannel.Email) Assert.Contains("as a client of Riverside Clinic", all);
        if (kind == MessageKind.BookingLink) Assert.Contains("book a session", all);
    }

    [Theory]
    [InlineData(MessageKind.SignInCode, "12345", TestMessages.Link)]
    [InlineData(MessageKind.SignInCode, "12345a", TestMessages.Link)]
    [InlineData(MessageKind.SignInCode, "١٢٣٤٥٦", TestMessages.Link)]
    [InlineData(MessageKind.SignInCode, null, TestMessages.Link)]
    [InlineData(MessageKind.Invitation, null, null)]
    [InlineData(MessageKind.Invitation, null, "javascript:alert(1)")]
    [InlineData(MessageKind.Invitation, null, "/riverside/invitation/x")]
    [InlineData(MessageKind.Invitation, null, "https://x.example/a\r\nb")]
    [InlineData(MessageKind.Invitation, null, "https://x.example/a b")]
    [InlineData(MessageKind.Invitation, null, "https://x.example/\"><script>")]
    [InlineData((MessageKind)99, "123456", TestMessages.Link)]
    public void A_message_that_lacks_what_its_kind_needs_is_refused(MessageKind kind, string? code, string? link)
    {
        var details = new MessageDetails { Code = code, Link = link };
        Assert.NotNull(MessageTemplates.Problem(kind, details));
        Assert.Throws<ArgumentException>(() => MessageTemplates.Render(TestMessages.Of(kind) with { Details = details }));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Hello @£$", 9)]
    [InlineData("€[]", 6)]
    [InlineData("é", 1)]
    [InlineData("í", -1)]
    [InlineData("日", -1)]
    public void Septets_are_counted_as_networks_do(string text, int septets) => Assert.Equal(septets, MessageText.GsmLength(text));

    [Theory]
    [InlineData(MessageChannel.Email, "alice@example.org", "a•••@example.org")]
    [InlineData(MessageChannel.Email, "x", "•••")]
    [InlineData(MessageChannel.Sms, "+447700900123", "+44 ••• 23")]
    [InlineData(MessageChannel.None, "nobody@example.org", "")]
    public void Staff_see_a_masked_address(MessageChannel channel, string address, string masked) =>
        Assert.Equal(masked, MaskedAddress.Of(channel, address));

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();

    [GeneratedRegex("<h1|^$")]
    private static partial Regex H1();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
