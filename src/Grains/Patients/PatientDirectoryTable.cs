using System.Text;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>What the directory knows of a patient: enough to tell whether it is up to date, and which words to add and remove.</summary>
/// <param name="Version">The version of the patient's state that was written.</param>
/// <param name="Words">The words that are indexed.</param>
public sealed record DirectoryEntry(long Version, IReadOnlyList<string> Words);

/// <summary>
/// The read model of patients, written by each patient after its own state: table <c>patients</c> with a row each, and table
/// <c>patient_words</c> with the words by which they are found. Words and sort keys are kept as bytes, which both dialects compare alike
/// whatever their language settings.
/// </summary>
public static class PatientDirectoryTable
{
    /// <summary>Its migrations, component <c>patients</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "patient directory", """
            CREATE TABLE patients (
                organisation TEXT NOT NULL,
                patient TEXT NOT NULL,
                version BIGINT NOT NULL,
                given_name TEXT NOT NULL,
                family_name TEXT NOT NULL,
                birth_date TEXT NOT NULL,
                email TEXT NOT NULL,
                phone TEXT NOT NULL,
                access BIGINT NOT NULL,
                last_sign_in BIGINT,
                has_credential BIGINT NOT NULL,
                sort_key BYTEA NOT NULL,
                words TEXT NOT NULL,
                PRIMARY KEY (organisation, patient)
            );
            CREATE INDEX patients_by_name ON patients (organisation, sort_key, patient);
            CREATE INDEX patients_by_access ON patients (organisation, access, sort_key, patient);
            CREATE TABLE patient_words (
                organisation TEXT NOT NULL,
                word BYTEA NOT NULL,
                patient TEXT NOT NULL,
                PRIMARY KEY (organisation, word, patient)
            );
            """),
        // What is unknown of the rows of before is written when their patient is next called: none of them has a version as old as theirs.
        new(2, "filters, orders and duplicates", """
            ALTER TABLE patients ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE patients ADD COLUMN credential BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE patients ADD COLUMN invitation BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE patients ADD COLUMN invited_until BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE patients ADD COLUMN initials TEXT NOT NULL DEFAULT '';
            UPDATE patients SET credential = has_credential, version = version - 1;
            DROP INDEX patients_by_name;
            DROP INDEX patients_by_access;
            CREATE INDEX patients_by_name ON patients (organisation, sort_key, patient, place, access, credential, invitation,
                invited_until, initials);
            CREATE INDEX patients_by_birth ON patients (organisation, birth_date, sort_key, patient, place);
            CREATE INDEX patients_by_sign_in ON patients (organisation, (COALESCE(last_sign_in, 0)), sort_key, patient);
            """),
        // Where a table has nothing but its key, SQLite otherwise keeps each row twice. PostgreSQL has no such layout.
        new(3, "words in one tree", "SELECT 1")
        {
            OnSqlite = """
                CREATE TABLE patient_words_of_one_tree (
                    organisation TEXT NOT NULL,
                    word BYTEA NOT NULL,
                    patient TEXT NOT NULL,
                    PRIMARY KEY (organisation, word, patient)
                ) WITHOUT ROWID;
                INSERT INTO patient_words_of_one_tree (organisation, word, patient)
                    SELECT organisation, word, patient FROM patient_words ORDER BY organisation, word, patient;
                DROP TABLE patient_words;
                ALTER TABLE patient_words_of_one_tree RENAME TO patient_words;
                """,
        },
    ];

    /// <summary>Values of the column <c>place</c>: where a patient stands in lists.</summary>
    public enum Place
    {
        /// <summary>Among all others.</summary>
        Listed = 0,

        /// <summary>A test patient: only where one asks for those.</summary>
        Test = 1,

        /// <summary>Merged into another: nowhere.</summary>
        Merged = 2,
    }

    private const string Insert = """
        INSERT INTO patients (organisation, patient, version, given_name, family_name, birth_date, email, phone, access,
            last_sign_in, has_credential, sort_key, words, place, credential, invitation, invited_until, initials)
        VALUES (@organisation, @patient, @version, @given_name, @family_name, @birth_date, @email, @phone, @access,
            @last_sign_in, @has_credential, @sort_key, @words, @place, @credential, @invitation, @invited_until, @initials)
        """;

    private const string Update = """
        UPDATE patients SET version = @version, given_name = @given_name, family_name = @family_name, birth_date = @birth_date,
            email = @email, phone = @phone, access = @access, last_sign_in = @last_sign_in, has_credential = @has_credential,
            sort_key = @sort_key, words = @words, place = @place, credential = @credential, invitation = @invitation,
            invited_until = @invited_until, initials = @initials
        WHERE organisation = @organisation AND patient = @patient AND version = @before
        """;

    private const string AddWord = """
        INSERT INTO patient_words (organisation, word, patient) VALUES (@organisation, @word, @patient)
        ON CONFLICT (organisation, word, patient) DO NOTHING
        """;

    private const string RemoveWord =
        "DELETE FROM patient_words WHERE organisation = @organisation AND word = @word AND patient = @patient";

    /// <summary>
    /// Replaces what the directory has of a patient. Refused with <see cref="WriteConflictException"/> or <see
    /// cref="DuplicateKeyException"/> where the directory no longer has <paramref name="before"/>: read again, and write only what is
    /// newer.
    /// </summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="row">What lists show.</param>
    /// <param name="after">The version of the state that <paramref name="row"/> was made of, and its words.</param>
    /// <param name="before">What the directory has now; null: nothing.</param>
    public static WriteUnit Write(string organisation, PatientRow row, DirectoryEntry after, DirectoryEntry? before)
    {
        var values = Values(organisation, row, after);
        if (before is not null) values.Add(("before", before.Version));
        var known = before?.Words ?? [];
        return new WriteUnit("patient-directory",
        [
            new Statement(before is null ? Insert : Update, [.. values]) { MustAffect = 1 },
            .. known.Except(after.Words).Select(word => Word(RemoveWord, organisation, word, row.Id)),
            .. after.Words.Except(known).Select(word => Word(AddWord, organisation, word, row.Id)),
        ]);
    }

    /// <summary>Puts many new patients into lists and search.</summary>
    public static IReadOnlyList<Statement> AddAll(
        Dialect dialect, string organisation, IReadOnlyList<(PatientRow Row, DirectoryEntry Entry)> patients)
    {
        if (patients.Count == 0) return [];
        var rows = patients.OrderBy(p => p.Row.Id, StringComparer.Ordinal).Select(p => Values(organisation, p.Row, p.Entry)).ToArray();
        // In the order of the key, so that words that many have are written to a page once.
        var words = patients.SelectMany(p => p.Entry.Words.Select(word => (Word: word, p.Row.Id)))
            .OrderBy(w => w.Word, StringComparer.Ordinal).ThenBy(w => w.Id, StringComparer.Ordinal)
            .Select(w => new object?[] { organisation, Encoding.UTF8.GetBytes(w.Word), w.Id });
        return
        [
            .. ManyRows.Insert(
                dialect, "patients", [.. rows[0].Select(v => v.Name)], [.. rows.Select(row => row.Select(v => v.Value).ToArray())]),
            .. ManyRows.Insert(dialect, "patient_words", ["organisation", "word", "patient"], [.. words]),
        ];
    }

    /// <summary>The words as the column has them: a blank before each, so that a blank and a prefix find the beginning of a word.</summary>
    public static string Joined(IReadOnlyList<string> words) => string.Concat(words.Select(w => " " + w));

    /// <summary>The words of the column.</summary>
    public static IReadOnlyList<string> Parted(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static List<(string Name, object? Value)> Values(string organisation, PatientRow row, DirectoryEntry entry) =>
    [
        ("organisation", organisation), ("patient", row.Id), ("version", entry.Version), ("given_name", row.GivenName),
        ("family_name", row.FamilyName), ("birth_date", row.BirthDate.ToString("O")), ("email", row.Email), ("phone", row.Phone),
        ("access", (long)row.Access), ("last_sign_in", row.LastSignIn), ("has_credential", row.HasCredential),
        ("sort_key", PatientWords.SortKey(row.FamilyName, row.GivenName)), ("words", Joined(entry.Words)),
        ("place", (long)PlaceOf(row)), ("credential", (long)row.Credential), ("invitation", (long)row.Invitation),
        ("invited_until", row.InvitedUntil?.ToUnixTimeMilliseconds() ?? 0L), ("initials", PatientWords.Initials(entry.Words)),
    ];

    private static Place PlaceOf(PatientRow row) => row.Merged ? Place.Merged : row.Test ? Place.Test : Place.Listed;

    private static Statement Word(string sql, string organisation, string word, string patient) =>
        new(sql, ("organisation", organisation), ("word", Encoding.UTF8.GetBytes(word)), ("patient", patient));
}
