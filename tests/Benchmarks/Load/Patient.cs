using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Benchmarks.Load;

/// <summary>One patient's visit: signs in with a code, looks around, opens the records, leaves.</summary>
/// <param name="options">Of the run.</param>
/// <param name="steps">Hears how long each step took.</param>
public sealed partial class Patient(LoadOptions options, Steps steps)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(60);

    private string Home => $"/{options.Organisation}";

    /// <summary>Plays the visit.</summary>
    /// <param name="visitor">The browser.</param>
    /// <param name="email">What the patient signs in with.</param>
    /// <param name="arrived">Timestamp of the arrival, by which the first step is judged.</param>
    /// <param name="choice">A number of 0 to 99 that decides what this patient does.</param>
    /// <returns>What was acknowledged.</returns>
    public async Task<Acknowledged> VisitAsync(Visitor visitor, string email, long arrived, int choice)
    {
        await SignInAsync(visitor, email, arrived);
        for (var page = 0; page < options.Pages; page++)
        {
            var path = (page % 3) switch { 0 => Home, 1 => $"{Home}/appointments", _ => $"{Home}/settings" };
            await OpenAsync(visitor, path, "page");
        }

        var elevates = choice < options.Elevating;
        if (elevates) await ElevateAsync(visitor, email);
        // Who stays shows that sessions last, who leaves that they end.
        if ((choice * 37 + 11) % 100 >= options.Leaving) return new Acknowledged(visitor, SignedOut: false, elevates);
        var since = TimeProvider.System.GetTimestamp();
        var home = await OpenAsync(visitor, Home, "page");
        Expect(await visitor.SubmitAsync(home, $"{Home}/sign-out", "sign-out"), 303, "sign-out");
        steps.Done("sign-out", since);
        return new Acknowledged(visitor, SignedOut: true, Elevated: false);
    }

    private async Task SignInAsync(Visitor visitor, string email, long arrived)
    {
        var form = Expect(await visitor.GetAsync($"{Home}/sign-in"), 200, "sign-in page");
        Expect(await visitor.SubmitAsync(form, $"{Home}/sign-in", "sign-in", ("credential", email)), 303, "ask for a code");
        steps.Done("ask", arrived);
        var since = TimeProvider.System.GetTimestamp();
        var code = await CodeAsync(visitor, email, besides: null);
        steps.Done("code arrives", since);
        since = TimeProvider.System.GetTimestamp();
        form = Expect(await visitor.GetAsync($"{Home}/sign-in/code"), 200, "code page");
        Expect(await visitor.SubmitAsync(form, $"{Home}/sign-in/code", "code", ("code", code)), 303, "enter the code");
        if (!visitor.HasSession) throw new InvalidDataException("The right code signed nobody in.");
        steps.Done("sign-in", since);
    }

    private async Task ElevateAsync(Visitor visitor, string email)
    {
        var before = await NewestAsync(visitor, email);
        // Another code may be asked for a minute after the one for signing in: the patient reads on until then.
        await Task.Delay(TimeSpan.FromSeconds(61), TimeProvider.System);
        var since = TimeProvider.System.GetTimestamp();
        var form = Expect(await visitor.GetAsync($"{Home}/elevate"), 200, "elevate page");
        form = Expect(await visitor.SubmitAsync(form, $"{Home}/elevate", "send", []), 200, "ask for a code to elevate");
        var code = await CodeAsync(visitor, email, before);
        Expect(await visitor.SubmitAsync(form, $"{Home}/elevate", "code", ("code", code)), 303, "elevate");
        Expect(await visitor.GetAsync($"{Home}/records"), 200, "records");
        steps.Done("elevate", since);
    }

    private async Task<Page> OpenAsync(Visitor visitor, string path, string step)
    {
        var since = TimeProvider.System.GetTimestamp();
        var page = Expect(await visitor.GetAsync(path), 200, path);
        steps.Done(step, since);
        return page;
    }

    private static async Task<string> CodeAsync(Visitor visitor, string email, string? besides)
    {
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < MailPatience;)
        {
            if (await NewestAsync(visitor, email) is { } text && text != besides)
                return Code().Match(text).Value;
            await Task.Delay(BetweenLooks, TimeProvider.System);
        }

        throw new InvalidDataException("No code came within a minute.");
    }

    private static async Task<string?> NewestAsync(Visitor visitor, string email)
    {
        var page = await visitor.GetAsync($"/dev/mailbox.json?to={Uri.EscapeDataString(email)}");
        if (page.Code != 200) return null;
        var messages = JsonDocument.Parse(page.Body).RootElement;
        return messages.GetArrayLength() == 0 ? null : messages[0].GetProperty("text").GetString();
    }

    private static Page Expect(Page page, int code, string what) => page.Code == code
        ? page
        : throw new InvalidDataException($"{what}: {page.Code} {page.Location}");

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex Code();
}
