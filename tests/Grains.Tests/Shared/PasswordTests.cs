using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

public sealed class PasswordTests
{
    private const int FewRounds = 10;

    private static readonly OwnData Erin = new()
    {
        Texts = ["Erin O'Mallory", "erin.omallory@riverside.example", "Riverside Clinic", "+447700900123"],
        BirthDate = new DateOnly(1987, 4, 12),
    };

    [Theory]
    [InlineData("vanpuxotkebzali")] // 15 letters out of nowhere
    [InlineData("mountain river flower orange")] // four common words are four choices of hundreds
    [InlineData("my uncle fries turnips on tuesdays")]
    [InlineData("password: kumquat9")] // may hold a common word
    [InlineData("пароль от моего сейфа")]
    [InlineData("密码学家喜欢长长的句子不喜欢短短的词")]
    [InlineData("~!#%^&*()_+{}|:<>?")]
    [InlineData("🦆🐢🦊🐝🦉🐙🦁🐸🐴🐼🦋🐬🐫🦀🐌")]
    public void A_long_password_of_ones_own_making_is_accepted(string password) =>
        Assert.Null(PasswordRules.Refusal(password, hasSecondFactor: false, Erin));

    [Theory]
    [InlineData("password1234567")]
    [InlineData("Password1234567!")]
    [InlineData("P@ssw0rdP@ssw0rd")]
    [InlineData("passwordpassword1")]
    [InlineData("qwertyuiopasdfg")]
    [InlineData("1q2w3e4r5t6y7u8i9o0p")]
    [InlineData("123456789012345")]
    [InlineData("abcdefghijklmnop")]
    [InlineData("iloveyou1234567")]
    [InlineData("Summer2026Winter2025")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("Correct Horse Battery Staple")]
    [InlineData("c0rrect h0rse b@ttery st@ple")]
    [InlineData("May the Force be with you!")]
    [InlineData("the quick brown fox jumps over the lazy dog")]
    [InlineData("supercalifragilisticexpialidocious")]
    [InlineData("liverpoolliverpool")]
    [InlineData("Contraseña123456789")]
    [InlineData("Ｐａｓｓｗｏｒｄ１２３４５６７")]
    public void What_attackers_try_first_is_refused(string password) =>
        Assert.IsType<PasswordRefusal.Common>(PasswordRules.Refusal(password, hasSecondFactor: false, Erin));

    [Theory]
    [InlineData("ErinOMallory1987")]
    [InlineData("erin.omallory@riverside.example")]
    [InlineData("Riverside-Clinic-2026")]
    [InlineData("mallory12041987erin")]
    [InlineData("Welcome to Riverside!")]
    [InlineData("r1vers1de cl1n1c 1987")]
    [InlineData("447700900123 erin")]
    [InlineData("19870412 mallory")]
    public void What_is_made_of_the_persons_own_data_is_refused(string password) =>
        Assert.IsType<PasswordRefusal.OwnData>(PasswordRules.Refusal(password, hasSecondFactor: false, Erin));

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabcabc")]
    [InlineData("xkqzvwpxkqzvwpxkqzvwp")]
    [InlineData("!!!!!!!!!!!!!!!!")]
    [InlineData("ab ab ab ab ab ab ab")]
    public void The_same_over_and_over_is_refused(string password) =>
        Assert.IsType<PasswordRefusal.Repetitive>(PasswordRules.Refusal(password, hasSecondFactor: false, Erin));

    [Theory]
    [InlineData(14, false, false)]
    [InlineData(15, false, true)]
    [InlineData(7, true, false)]
    [InlineData(8, true, true)]
    [InlineData(256, false, true)]
    [InlineData(257, false, false)]
    [InlineData(1_000_000, false, false)]
    public void Length_is_the_rule(int length, bool hasSecondFactor, bool isAccepted)
    {
        var random = new Random(length);
        var password = string.Concat(Enumerable.Range(0, length).Select(_ => "bcdfghjklmnpqrstvwxz"[random.Next(20)]));
        var refusal = PasswordRules.Refusal(password, hasSecondFactor, Erin);
        Assert.Equal(isAccepted, refusal is null);
        PasswordRefusal? expected = length > 256 ? new PasswordRefusal.TooLong { Most = 256 } : null;
        Assert.Equal(isAccepted ? null : expected ?? new PasswordRefusal.TooShort { Least = hasSecondFactor ? 8 : 15 }, refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_password_is_too_short(string? password) =>
        Assert.IsType<PasswordRefusal.TooShort>(PasswordRules.Refusal(password, hasSecondFactor: true, Erin));

    [Fact]
    public void Fifteen_ducks_count_as_fifteen_characters_and_fourteen_as_too_few() =>
        Assert.IsType<PasswordRefusal.TooShort>(PasswordRules.Refusal("🦆🐢🦊🐝🦉🐙🦁🐸🐴🐼🦋🐬🐫🦀", hasSecondFactor: false, Erin));

    [Fact]
    public void Letters_that_fold_to_many_cost_no_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        PasswordRules.Refusal(string.Concat(Enumerable.Repeat("\uFDFA\u33C2\uFB03", 85)), hasSecondFactor: false, Erin);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Half_a_character_is_no_text() =>
        Assert.IsType<PasswordRefusal.NotText>(PasswordRules.Refusal("vanpuxotkebzali\uD800", hasSecondFactor: false, Erin));

    [Fact]
    public void The_list_has_hundreds_of_entries() => Assert.InRange(CommonPasswords.Count, 700, 2_000);

    [Fact]
    public async Task A_password_is_right_and_another_wrong()
    {
        using var passwords = new Passwords(FewRounds);
        var stored = await passwords.HashAsync("vanpuxotkebzali");
        Assert.Equal(PasswordCheck.Right, await passwords.CheckAsync(stored, "vanpuxotkebzali"));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, "vanpuxotkebzalI"));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, ""));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, null));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, "\uD800"));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, new string('a', 100_000)));
        Assert.NotEqual(stored, await passwords.HashAsync("vanpuxotkebzali"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Where_there_is_no_password_every_try_is_wrong(string? stored)
    {
        using var passwords = new Passwords(FewRounds);
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, "vanpuxotkebzali"));
        Assert.Equal(PasswordCheck.Wrong, await passwords.CheckAsync(stored, ""));
    }

    [Fact]
    public async Task However_a_keyboard_composes_a_letter_the_password_is_the_same()
    {
        using var passwords = new Passwords(FewRounds);
        var stored = await passwords.HashAsync("müde Füchse dösen");
        Assert.Equal(PasswordCheck.Right, await passwords.CheckAsync(stored, "mu\u0308de Fu\u0308chse do\u0308sen"));
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_right_but_old()
    {
        using var passwords = new Passwords(FewRounds);
        using var slower = new Passwords(FewRounds + 1);
        var stored = await passwords.HashAsync("vanpuxotkebzali");
        Assert.Equal(PasswordCheck.RightButOld, await slower.CheckAsync(stored, "vanpuxotkebzali"));
        Assert.Equal(PasswordCheck.Wrong, await slower.CheckAsync(stored, "wrong"));
        Assert.Equal(PasswordCheck.Right, await passwords.CheckAsync(await slower.HashAsync("vanpuxotkebzali"), "vanpuxotkebzali"));
    }

    [Fact]
    public async Task The_hash_is_PBKDF2_of_SHA_256()
    {
        // Salt of sixteen zero bytes, computed with hashlib of Python.
        using var passwords = new Passwords(FewRounds);
        const string stored = "pbkdf2-sha256$600000$AAAAAAAAAAAAAAAAAAAAAA$mcMs0m_gjgR88lk0r4R70Ar3Qzlynx96UaZ-idKIjPk";
        Assert.Equal(PasswordCheck.Right, await passwords.CheckAsync(stored, "vanpuxotkebzali"));
    }

    [Theory]
    [InlineData("vanpuxotkebzali")]
    [InlineData("pbkdf2-sha256$0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pbkdf2-sha256$99999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pbkdf2-sha256$10$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pbkdf2-sha256$10$AAAAAAAAAAAAAAAAAAAAAA$")]
    [InlineData("argon2id$10$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_damaged_row_is_an_error_and_not_a_wrong_password(string stored)
    {
        using var passwords = new Passwords(FewRounds);
        await Assert.ThrowsAsync<FormatException>(() => passwords.CheckAsync(stored, "vanpuxotkebzali"));
    }

    [Fact]
    public async Task Of_a_flood_of_tries_a_bounded_number_waits_and_the_rest_is_turned_away()
    {
        using var passwords = new Passwords(rounds: 2_000, concurrency: 1);
        var stored = await passwords.HashAsync("vanpuxotkebzali");
        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => passwords.CheckAsync(stored, "vanpuxotkebzali")));
        Assert.InRange(results.Count(r => r == PasswordCheck.Right), 1 + Passwords.MostWaitingForEach, 499);
        Assert.All(results, r => Assert.True(r is PasswordCheck.Right or PasswordCheck.Busy));
        Assert.Equal(PasswordCheck.Right, await passwords.CheckAsync(stored, "vanpuxotkebzali"));
    }

    [Fact]
    public void In_a_simulation_everything_happens_on_the_callers_thread()
    {
        using var passwords = new Passwords(FewRounds, inline: true);
        Assert.True(passwords.HashAsync("vanpuxotkebzali").IsCompletedSuccessfully);
    }
}
