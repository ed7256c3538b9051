namespace Portal.Grains.Patients;

/// <summary>
/// The rules of when two names may be one person's: the same but for accents and case, a slip of the pen, a short form, or the two names
/// in the other order. Only asked of people born on the same day, so that it may be generous.
/// </summary>
public static class PatientLikeness
{
    /// <summary>Letters from which on a name may differ by two; shorter ones by one, and those of three letters by none. Ours.</summary>
    public const int LongName = 6;

    private const int ShortName = 3;

    /// <summary>Whether two names are alike.</summary>
    public static bool AreAlike((string Given, string Family) one, (string Given, string Family) other)
    {
        var (a, b) = (Folded(one), Folded(other));
        return (IsLike(a.Family, b.Family) && IsGivenLike(a.Given, b.Given)) || (a.Family == b.Given && a.Given == b.Family);
    }

    /// <summary>Whether two names are the same but for accents, case, spaces and hyphens.</summary>
    public static bool AreSame((string Given, string Family) one, (string Given, string Family) other) => Folded(one) == Folded(other);

    private static (string Given, string Family) Folded((string Given, string Family) name) =>
        (Letters(name.Given), Letters(name.Family));

    private static string Letters(string name) => string.Concat(PatientWords.Fold(name).Where(char.IsLetterOrDigit));

    // "Liz" for "Lizbeth"; "E." for "Elizabeth".
    private static bool IsGivenLike(string one, string other) =>
        IsLike(one, other) || one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal);

    private static bool IsLike(string one, string other)
    {
        var longest = Math.Max(one.Length, other.Length);
        return Distance(one, other) <= (longest >= LongName ? 2 : longest > ShortName ? 1 : 0);
    }

    // Letters to add, take away, change or swap with their neighbour.
    private static int Distance(string one, string other)
    {
        var d = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= other.Length; j++) d[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var change = one[i - 1] == other[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[one.Length, other.Length];
    }
}
