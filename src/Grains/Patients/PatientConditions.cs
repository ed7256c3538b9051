using System.Text;
using Dapper;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>One thing that is asked of patients.</summary>
/// <param name="Entries">
/// What comes after <c>SELECT patient FROM</c> to find them, a patient perhaps more than once; null: they can't be looked up.
/// </param>
/// <param name="InRow">A condition on a row <c>p</c> of <c>patients</c>.</param>
public sealed record PatientSource(string? Entries, string InRow);

/// <summary>
/// A query in the words of the database, for whatever reads patients: those of columns, which the index by name holds, and the sources,
/// which cost more. All together are the conditions on a row <c>p</c> of <c>patients</c>.
/// </summary>
public sealed class PatientConditions
{
    private readonly StringBuilder _columns = new();
    private readonly List<PatientSource> _sources = [];

    private PatientConditions(string organisation, DateTimeOffset now)
    {
        Parameters.Add("organisation", organisation);
        Parameters.Add("now", now.ToUnixTimeMilliseconds());
    }

    /// <summary>The values of the conditions, and <c>@organisation</c> and <c>@now</c>.</summary>
    public DynamicParameters Parameters { get; } = new();

    /// <summary>The conditions on columns, each after <c>AND</c>.</summary>
    public string Columns => _columns.ToString();

    /// <summary>The others.</summary>
    public IReadOnlyList<PatientSource> Sources => _sources;

    /// <summary>Whether nothing can match.</summary>
    public bool FindsNothing { get; private set; }

    /// <summary>All conditions on a row, the organisation's among them: what comes after <c>FROM patients p WHERE</c>.</summary>
    public string All => $"p.organisation = @organisation{Columns}{string.Concat(Sources.Select(s => $" AND {s.InRow}"))}";

    /// <summary>The conditions of a query.</summary>
    public static PatientConditions Of(string organisation, PatientQuery query, DateTimeOffset now)
    {
        var conditions = new PatientConditions(organisation, now);
        conditions.AddColumns(query);
        var words = PatientWords.OfSearch(query.Text);
        // Nothing can be found by it, and everything must not be.
        if (words.Count == 0 && !string.IsNullOrWhiteSpace(query.Text)) conditions.FindsNothing = true;
        for (var i = 0; i < words.Count; i++) conditions.AddWord(words[i], i);
        if (query.Tag.Length > 0) conditions.AddTag(query.Tag);
        if (query.Practitioner.Length > 0) conditions.AddPractitioner(query.Practitioner);
        if (query.NextAppointment is { } appointment) conditions.AddAppointment(appointment, now);
        return conditions;
    }

    private void AddColumns(PatientQuery query)
    {
        _columns.Append(query.Test switch
        {
            TestPatients.Only => " AND p.place = 1",
            TestPatients.Included => " AND p.place < 2",
            _ => " AND p.place = 0",
        });
        if (query.Access is { } access) Add("access", (long)access);
        if (query.Credential is { } credential) Add("credential", (long)credential);
        if (query.WithCredential) _columns.Append(" AND p.credential > 0");
        if (query.Invitation is not { } invitation) return;
        // Whether it has expired is judged by its deadline, not by anybody having noticed.
        Add("invitation", (long)(invitation == PatientInvitation.Expired ? PatientInvitation.Pending : invitation));
        if (invitation == PatientInvitation.Pending) _columns.Append(" AND p.invited_until > @now");
        if (invitation == PatientInvitation.Expired) _columns.Append(" AND p.invited_until <= @now");

        void Add(string column, long value)
        {
            _columns.Append($" AND p.{column} = @{column}");
            Parameters.Add(column, value);
        }
    }

    private void AddWord(string word, int number)
    {
        var first = Encoding.UTF8.GetBytes(word);
        Parameters.Add($"from{number}", first);
        Parameters.Add($"to{number}", After(first));
        var single = word.EnumerateRunes().Count() == 1;
        Parameters.Add($"like{number}", (single ? "%" : "% ") + Escaped(word) + "%");
        _sources.Add(new PatientSource(
            $"patient_words WHERE organisation = @organisation AND word >= @from{number} AND word < @to{number}",
            // A single letter begins a word of many: the index has their first letters.
            $"p.{(single ? "initials" : "words")} LIKE @like{number} ESCAPE '!'"));
    }

    private void AddTag(string tag)
    {
        if (PatientTag.Canonical(tag) is not { } canonical)
        {
            FindsNothing = true;
            return;
        }

        Parameters.Add("tag", Encoding.UTF8.GetBytes(PatientTags.Word(canonical)));
        Parameters.Add("taglike", $"% {Escaped(PatientTags.Word(canonical))}%");
        _sources.Add(new PatientSource(
            "patient_words WHERE organisation = @organisation AND word = @tag", "p.words LIKE @taglike ESCAPE '!'"));
    }

    private void AddPractitioner(string practitioner)
    {
        var word = PatientTags.PractitionerWord(practitioner);
        Parameters.Add("bookable", Encoding.UTF8.GetBytes(word));
        Parameters.Add("anybody", Encoding.UTF8.GetBytes(PatientTags.AnyPractitioner));
        Parameters.Add("bookablelike", $"% {Escaped(word)}%");
        Parameters.Add("anybodylike", $"% {Escaped(PatientTags.AnyPractitioner)}%");
        _sources.Add(new PatientSource(
            "patient_words WHERE organisation = @organisation AND word IN (@bookable, @anybody)",
            "(p.words LIKE @anybodylike ESCAPE '!' OR p.words LIKE @bookablelike ESCAPE '!')"));
    }

    private void AddAppointment(NextAppointment wanted, DateTimeOffset now)
    {
        var until = wanted switch
        {
            NextAppointment.WithinSevenDays => now.AddDays(7).ToUnixTimeMilliseconds(),
            NextAppointment.WithinThirtyDays => now.AddDays(30).ToUnixTimeMilliseconds(),
            _ => long.MaxValue,
        };
        Parameters.Add("until", until);
        // Not those that are cancelled.
        const string When = "starts_at >= @now AND starts_at < @until AND status <> 2";
        var exists = $"EXISTS (SELECT 1 FROM appointments WHERE organisation = @organisation AND patient = p.patient AND {When})";
        _sources.Add(wanted == NextAppointment.NonePlanned
            ? new PatientSource(null, $"NOT {exists}")
            : new PatientSource($"appointments WHERE organisation = @organisation AND {When}", exists));
    }

    private static string Escaped(string text) => text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_");

    // The first bytes that do not begin with these. UTF-8 has no byte 0xFF.
    private static byte[] After(byte[] prefix)
    {
        byte[] after = [.. prefix];
        after[^1]++;
        return after;
    }
}
