using System.Globalization;
using System.Text;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>Finds patients who might be one person.</summary>
public static class PatientDuplicateSearch
{
    // Of one birth date; a clinic of 100,000 patients has about 4.
    private const int MostOfOneDay = 1_000;

    private const int LastPage = 10_000;

    // Below, a number is no whole one.
    private const int FewestDigits = 6;

    /// <summary>Who might be the same person as one that is described, at most <see cref="PossibleDuplicate.Most"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="organisation">The organisation.</param>
    /// <param name="query">The person.</param>
    /// <param name="country">The organisation's country, by which national telephone numbers are read.</param>
    /// <param name="now">For what the rows say of now.</param>
    public static Task<IReadOnlyList<PossibleDuplicate>> OfAsync(
        Database database, string organisation, DuplicateQuery query, string? country, DateTimeOffset now)
    {
        var email = PatientWords.EmailWord(query.Contact.Email);
        string[] numbers =
        [
            .. new[] { query.Contact.Mobile, query.Contact.HomePhone }.Select(n => PatientDetails.Digits(n, country))
                .Where(n => n.Length >= FewestDigits),
        ];
        return database.ReadAsync<IReadOnlyList<PossibleDuplicate>>(async connection =>
        {
            var found = new Dictionary<string, List<DuplicateReason>>();
            var born = await connection.QueryAsync<Name>(
                """
                SELECT patient, given_name, family_name FROM patients
                WHERE organisation = @organisation AND birth_date = @born AND place < 2 LIMIT @limit
                """,
                new { organisation, born = query.BirthDate.ToString("O", CultureInfo.InvariantCulture), limit = MostOfOneDay });
            var alike = born.Where(
                n => PatientLikeness.AreAlike((n.Given_name, n.Family_name), (query.GivenName, query.FamilyName)));
            Note(DuplicateReason.NameAndBirthDate, alike.Select(n => n.Patient));
            if (email.Length > 0) Note(DuplicateReason.Email, await OfWordAsync(email));
            foreach (var number in numbers.Distinct()) Note(DuplicateReason.Phone, await OfWordAsync(number));
            var ids = found.OrderBy(f => f.Value[0]).Select(f => f.Key).Take(PossibleDuplicate.Most).ToArray();
            var rows = await PatientSearch.RowsAsync(connection, organisation, ids, now);
            return [.. rows.Where(r => !r.Merged).Select(r => new PossibleDuplicate { Patient = r, Reasons = found[r.Id] })];

            void Note(DuplicateReason reason, IEnumerable<string> patients)
            {
                foreach (var patient in patients.Where(p => p != query.Except).Take(PossibleDuplicate.Most))
                {
                    if (!found.TryGetValue(patient, out var reasons)) found[patient] = reasons = [];
                    if (!reasons.Contains(reason)) reasons.Add(reason);
                }
            }

            Task<IEnumerable<string>> OfWordAsync(string word) => connection.QueryAsync<string>(
                "SELECT patient FROM patient_words WHERE organisation = @organisation AND word = @word ORDER BY patient LIMIT @limit",
                new { organisation, word = Encoding.UTF8.GetBytes(word), limit = PossibleDuplicate.Most + 1 });
        });
    }

    /// <summary>A page of patients of the same birth date and name, test patients left out.</summary>
    public static Task<DuplicatePage> SameNamesAsync(Database database, string organisation, int page, DateTimeOffset now)
    {
        var offset = (Math.Clamp(page, 1, LastPage) - 1) * DuplicatePage.Size;
        return database.ReadAsync(async connection =>
        {
            // Within each birth date the index has the names in order.
            var found = (await connection.QueryAsync<Same>(
                """
                SELECT birth_date, sort_key FROM patients WHERE organisation = @organisation AND place = 0
                GROUP BY birth_date, sort_key HAVING COUNT(*) > 1 ORDER BY birth_date, sort_key LIMIT @limit OFFSET @offset
                """,
                new { organisation, limit = DuplicatePage.Size + 1, offset })).AsList();
            List<DuplicateGroup> groups = [];
            foreach (var one in found.Take(DuplicatePage.Size))
            {
                var ids = await connection.QueryAsync<string>(
                    """
                    SELECT patient FROM patients
                    WHERE organisation = @organisation AND birth_date = @born AND sort_key = @name AND place = 0
                    ORDER BY patient LIMIT @limit
                    """,
                    new { organisation, born = one.Birth_date, name = one.Sort_key, limit = DuplicateGroup.Most });
                groups.Add(new DuplicateGroup { Patients = await PatientSearch.RowsAsync(connection, organisation, [.. ids], now) });
            }

            return new DuplicatePage { Groups = groups, More = found.Count > DuplicatePage.Size };
        });
    }

    // Not positional: where there are no rows SQLite does not say what a column is, and no constructor would fit.
    private sealed record Same
    {
        public string Birth_date { get; init; } = "";

        public byte[] Sort_key { get; init; } = [];
    }

    private sealed record Name(string Patient, string Given_name, string Family_name);
}
