using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Storage;

namespace Portal.Grains.Kiosk;

/// <summary>The intake forms: table <c>intake_forms</c>, a row for each; nothing but its patient ever changes.</summary>
public static class IntakeTable
{
    /// <summary>Its migrations, component <c>kiosk</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "intake forms", """
            CREATE TABLE intake_forms (
                organisation TEXT NOT NULL,
                patient TEXT NOT NULL,
                form TEXT NOT NULL,
                submitted_at BIGINT NOT NULL,
                at_kiosk BIGINT NOT NULL,
                answers TEXT NOT NULL,
                PRIMARY KEY (organisation, patient, form)
            );
            CREATE INDEX intake_forms_of_patient ON intake_forms (organisation, patient, submitted_at)
            """),
    ];

    /// <summary>Adds a form; again changes nothing.</summary>
    public static WriteUnit Add(string organisation, string patient, IntakeForm form) => new("intake_forms", new Statement(
        """
        INSERT INTO intake_forms (organisation, patient, form, submitted_at, at_kiosk, answers)
        VALUES (@organisation, @patient, @form, @submitted_at, @at_kiosk, @answers)
        ON CONFLICT (organisation, patient, form) DO NOTHING
        """,
        ("organisation", organisation), ("patient", patient), ("form", form.Id), ("submitted_at", form.At),
        ("at_kiosk", form.AtKiosk ? 1L : 0L), ("answers", JsonSerializer.Serialize(form.Answers))));

    /// <summary>Makes one patient's forms another's; their ids are unlike, whoever's they were.</summary>
    public static WriteUnit Move(string organisation, string from, string to) => new("intake_forms", new Statement(
        "UPDATE intake_forms SET patient = @to WHERE organisation = @organisation AND patient = @from",
        ("organisation", organisation), ("from", from), ("to", to)));

    /// <summary>A patient's newest forms.</summary>
    public static Task<IReadOnlyList<IntakeRow>> ListAsync(Database database, string organisation, string patient, int limit) =>
        database.ReadAsync<IReadOnlyList<IntakeRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<(string Form, long At, long AtKiosk)>(
                """
                SELECT form, submitted_at, at_kiosk FROM intake_forms WHERE organisation = @organisation AND patient = @patient
                ORDER BY submitted_at DESC, form LIMIT @limit
                """, new { organisation, patient, limit });
            return [.. rows.Select(r => new IntakeRow
            {
                Id = r.Form,
                At = DateTimeOffset.FromUnixTimeMilliseconds(r.At),
                AtKiosk = r.AtKiosk != 0,
            })];
        });

    /// <summary>One form; null where the patient has none of that id.</summary>
    public static Task<IntakeForm?> FindAsync(Database database, string organisation, string patient, string form) =>
        database.ReadAsync(async connection =>
        {
            var row = await connection.QuerySingleOrDefaultAsync<Row>(
                """
                SELECT submitted_at, at_kiosk, answers FROM intake_forms
                WHERE organisation = @organisation AND patient = @patient AND form = @form
                """, new { organisation, patient, form });
            return row is null ? null : new IntakeForm
            {
                Id = form,
                At = DateTimeOffset.FromUnixTimeMilliseconds(row.Submitted_at),
                AtKiosk = row.At_kiosk != 0,
                Answers = JsonSerializer.Deserialize<IntakeAnswers>(row.Answers)!,
            };
        });

    private sealed record Row(long Submitted_at, long At_kiosk, string Answers);
}
