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
    ];

    private const string Insert = """
        INSERT INTO patients (organisation, patient, version, given_name, family_name, birth_date, email, phone, access,
            last_sign_in, has_credential, sort_key, words)
        VALUES (@organisation, @patient, @version, @given_name, @family_name, @birth_date, @email, @phone, @access,
            @last_sign_in, @has_credential, @sort_key, @words)
        """;

    private const string Update = """
        UPDATE patients SET version = @version, given_name = @given_name, family_name = @family_name, birth_date = @birth_date,
            email = @email, phone = @phone, access = @access, last_sign_in = @last_sign_in, has_credential = @has_credential,
            sort_key = @sort_key, words = @words
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
        List<(string, object?)> values =
        [
            ("organisation", organisation), ("patient", row.Id), ("version", after.Version), ("given_name", row.GivenName),
            ("family_name", row.FamilyName), ("birth_date", row.BirthDate.ToString("O")), ("email", row.Email), ("phone", row.Phone),
            ("access", (long)row.Access), ("last_sign_in", row.LastSignIn), ("has_credential", row.HasCredential),
            ("sort_key", PatientWords.SortKey(row.FamilyName, row.GivenName)), ("words", Joined(after.Words)),
        ];
        if (before is not null) values.Add(("before", before.Version));
        var known = before?.Words ?? [];
        return new WriteUnit("patient-directory",
        [
            new Statement(before is null ? Insert : Update, [.. values]) { MustAffect = 1 },
            .. known.Except(after.Words).Select(word => Word(RemoveWord, organisation, word, row.Id)),
            .. after.Words.Except(known).Select(word => Word(AddWord, organisation, word, row.Id)),
        ]);
    }

    /// <summary>The words as the column has them: a blank before each, so that a blank and a prefix find the beginning of a word.</summary>
    public static string Joined(IReadOnlyList<string> words) => string.Concat(words.Select(w => " " + w));

    /// <summary>The words of the column.</summary>
    public static IReadOnlyList<string> Parted(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Statement Word(string sql, string organisation, string word, string patient) =>
        new(sql, ("organisation", organisation), ("word", Encoding.UTF8.GetBytes(word)), ("patient", patient));
}
