namespace Portal.Silo.Data.Verification;

/// <summary>A question to the facts. Each row of the answer is something found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Kind">Stable name.</param>
/// <param name="Sql">Answers with two columns, <c>Subject</c> and <c>Text</c>.</param>
public sealed record Check(Severity Severity, string Kind, string Sql)
{
    // A change of a credential is under way that explains a difference at this hash: its saga goes on with the next call or reminder.
    private const string UnderWay = """
        EXISTS (SELECT 1 FROM change h WHERE h.organisation = c.organisation AND h.patient = c.patient AND c.hash IN (h.hash, h.old_hash))
        """;

    private const string Credential = "c.organisation || '/' || c.kind || '/' || c.hash AS Subject";

    // What a grain's list calls its rows by is what its key ends with.
    private const string Item = "s.list || ' ' || s.organisation || '/' || s.item AS Subject";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new(Severity.Problem, "claim-without-binding", $"""
            SELECT {Credential}, 'held by patient ' || c.patient || ', who is not bound to it' AS Text FROM claim c
            LEFT JOIN bound b USING (organisation, kind, hash, patient)
            WHERE c.stage = 'Held' AND b.hash IS NULL AND NOT {UnderWay}
            """),
        new(Severity.Problem, "binding-without-claim", $"""
            SELECT {Credential}, 'bound to patient ' || c.patient || ', but '
                || CASE WHEN k.stage IS NULL THEN 'nobody claims it' ELSE lower(k.stage) || ' by ' || k.patient END AS Text
            FROM bound c LEFT JOIN claim k USING (organisation, kind, hash)
            WHERE (k.stage IS NOT 'Held' OR k.patient <> c.patient) AND NOT {UnderWay}
            """),
        new(Severity.Problem, "bound-twice", $"""
            SELECT {Credential}, 'bound to ' || count(*) || ' patients: ' || group_concat(c.patient, ', ') AS Text FROM bound c
            GROUP BY organisation, kind, hash HAVING count(*) > 1
            """),
        new(Severity.Problem, "claim-without-row", $"""
            SELECT {Credential}, 'held by patient ' || c.patient || ', but the unique index has '
                || COALESCE('patient ' || r.patient, 'nobody') AS Text
            FROM claim c LEFT JOIN claim_row r USING (organisation, kind, hash)
            WHERE c.stage = 'Held' AND r.patient IS NOT c.patient AND NOT {UnderWay}
            """),
        new(Severity.Problem, "row-without-claim", $"""
            SELECT {Credential}, 'the unique index has patient ' || c.patient || ', who does not hold it' AS Text
            FROM claim_row c LEFT JOIN claim k USING (organisation, kind, hash)
            WHERE (k.stage IS NOT 'Held' OR k.patient <> c.patient) AND NOT {UnderWay}
            """),
        new(Severity.Problem, "reservation-without-change", $"""
            SELECT {Credential}, 'reserved for patient ' || c.patient || ', who has no such change under way' AS Text FROM claim c
            LEFT JOIN change h ON h.organisation = c.organisation AND h.patient = c.patient AND h.operation = c.operation
            WHERE c.stage = 'Reserved' AND h.operation IS NULL
            """),
        new(Severity.Pending, "change-under-way", """
            SELECT h.organisation || '/' || h.patient AS Subject, 'a change of a credential is not finished' AS Text FROM change h
            """),
        new(Severity.Problem, "person-missing", """
            SELECT m.source || ' ' || m.organisation || '/' || m.item AS Subject, 'there is no ' || m.kind || ' ' || m.id AS Text
            FROM mention m LEFT JOIN person p USING (organisation, kind, id) WHERE p.id IS NULL
            """),
        new(Severity.Problem, "organisation-missing", """
            SELECT organisation AS Subject, count(*) || ' states of an organisation that does not exist' AS Text FROM state
            WHERE organisation NOT IN (SELECT organisation FROM organisation) AND list IS NOT NULL GROUP BY organisation
            """),
        new(Severity.Problem, "list-behind", $"""
            SELECT {Item}, CASE WHEN l.version IS NULL THEN 'not in the list' ELSE 'version ' || l.version || ' in the list, ' || s.version
                || ' in the state' END AS Text
            FROM state s LEFT JOIN listed l USING (list, organisation, item)
            WHERE s.list IN ('patients', 'invitations', 'patient_links', 'sessions') AND l.version IS NOT s.version
            """),
        new(Severity.Problem, "list-without-state", """
            SELECT l.list || ' ' || l.organisation || '/' || l.item AS Subject, 'in the list, but there is no such state' AS Text
            FROM listed l LEFT JOIN (SELECT list, organisation, item FROM state) s USING (list, organisation, item) WHERE s.item IS NULL
            """),
        new(Severity.Problem, "words-differ", """
            SELECT 'patients ' || organisation || '/' || item AS Subject,
                'the words by which the patient is found are not the list''s' AS Text
            FROM (SELECT l.organisation, l.item FROM listed l LEFT JOIN word w ON w.organisation = l.organisation AND w.patient = l.item
                  WHERE l.list = 'patients' AND (COALESCE(w.words, 0) <> l.words OR COALESCE(w.sum, 0) <> l.sum)
                  UNION ALL
                  SELECT w.organisation, w.patient FROM word w
                  LEFT JOIN listed l ON l.list = 'patients' AND l.organisation = w.organisation AND l.item = w.patient WHERE l.item IS NULL)
            """),
        new(Severity.Problem, "reminder-missing", """
            SELECT w.type || ' ' || w.key AS Subject, 'has something to finish, and no reminder to wake it' AS Text
            FROM wake w LEFT JOIN reminder r USING (type, key) WHERE r.name IS NULL
            """),
        // A grain that registers its reminder first and is cut off before its state: the reminder removes itself when it fires.
        new(Severity.Pending, "reminder-without-state", """
            SELECT r.type || ' ' || r.key AS Subject, 'the reminder ''' || r.name || ''' is of a grain without state' AS Text
            FROM reminder r LEFT JOIN state s USING (type, key) WHERE s.key IS NULL
            """),
    ];
}
