using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Grains.Abstractions.Onboarding;

namespace Portal.Web.Import;

/// <summary>
/// Reads the patients of a FHIR R4 Bundle, one entry in memory at a time: identifier, name, birth date, telecom and address. Entries that
/// are no patients are left out.
/// </summary>
public static class FhirBundle
{
    // An entry with a photo in it may be large; one beyond this is refused. Ours.
    private const int LongestEntry = 4 * 1024 * 1024;

    /// <summary>The columns that patients are read into.</summary>
    public static IReadOnlyList<ImportField> Columns { get; } =
    [
        ImportField.ExternalId, ImportField.GivenName, ImportField.FamilyName, ImportField.BirthDate, ImportField.Email, ImportField.Mobile,
        ImportField.HomePhone, ImportField.Street, ImportField.Town, ImportField.PostalCode,
    ];

    /// <summary>Their names, as the bundle has them.</summary>
    public static IReadOnlyList<string> Header { get; } =
    [
        "identifier", "name.given", "name.family", "birthDate", "telecom.email", "telecom.phone (mobile)", "telecom.phone", "address.line",
        "address.city", "address.postalCode",
    ];

    /// <summary>The patients, each as cells in the order of <see cref="Columns"/>.</summary>
    /// <exception cref="ImportFileException">It is no JSON, or no Bundle.</exception>
    public static async IAsyncEnumerable<string[]> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        var place = new Place();
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            List<string[]> patients = [];
            var consumed = Take(read.Buffer, read.IsCompleted, ref place, patients);
            foreach (var patient in patients) yield return patient;
            if (place.Ended) break;
            if (read.IsCompleted) throw new ImportFileException("json");
            if (read.Buffer.Slice(consumed).Length > LongestEntry) throw new ImportFileException("json");
            pipe.AdvanceTo(consumed, read.Buffer.End);
        }

        await pipe.CompleteAsync();
        if (!place.IsBundle) throw new ImportFileException("fhir");
    }

    // Reads as far as whole values reach; where the next one is cut off, more has to come.
    private static SequencePosition Take(in ReadOnlySequence<byte> buffer, bool isLast, ref Place place, List<string[]> patients)
    {
        var reader = new Utf8JsonReader(buffer, isLast, place.State);
        var (state, consumed) = (place.State, buffer.Start);
        try
        {
            while (!place.Ended)
            {
                if (!Step(ref reader, ref place, patients)) break;
                (state, consumed) = (reader.CurrentState, reader.Position);
            }
        }
        catch (JsonException)
        {
            throw new ImportFileException("json");
        }

        place.State = state;
        return consumed;
    }

    private static bool Step(ref Utf8JsonReader reader, ref Place place, List<string[]> patients)
    {
        if (place.InEntries)
        {
            var ahead = reader;
            if (!ahead.Read()) return false;
            if (ahead.TokenType == JsonTokenType.EndArray)
            {
                reader = ahead;
                place.InEntries = false;
                return true;
            }

            if (!JsonDocument.TryParseValue(ref ahead, out var entry)) return false;
            using (entry)
            {
                if (Patient(entry.RootElement) is { } cells) patients.Add(cells);
            }

            reader = ahead;
            return true;
        }

        var next = reader;
        if (!next.Read()) return false;
        if (next is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
        {
            var (isType, isEntry) = (next.ValueTextEquals("resourceType"), next.ValueTextEquals("entry"));
            if (!next.Read()) return false;
            if (isType) place.IsBundle = next.TokenType == JsonTokenType.String && next.ValueTextEquals("Bundle");
            if (isEntry && next.TokenType == JsonTokenType.StartArray) place.InEntries = true;
            else if (!next.TrySkip()) return false;
        }
        else if (next.CurrentDepth == 0 && next.TokenType != JsonTokenType.StartObject) place.Ended = true;

        reader = next;
        return true;
    }

    private static string[]? Patient(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("resource", out var patient)) return null;
        if (Text(patient, "resourceType") != "Patient") return null;
        var name = Items(patient, "name").OrderBy(n => Text(n, "use") switch { "official" => 0, "usual" => 1, "old" => 3, _ => 2 })
            .FirstOrDefault();
        var address = Items(patient, "address").OrderBy(a => Text(a, "use") switch { "home" => 0, "old" => 2, _ => 1 }).FirstOrDefault();
        var telecom = Items(patient, "telecom").Where(t => Text(t, "use") != "old").ToArray();
        var phones = telecom.Where(t => Text(t, "system") is "phone" or "sms").ToArray();
        var identifier = Items(patient, "identifier").Select(i => Text(i, "value")).FirstOrDefault(v => v.Length > 0);
        return
        [
            identifier ?? Text(patient, "id"), string.Join(' ', Texts(name, "given")), Text(name, "family"), Text(patient, "birthDate"),
            Value(telecom, t => Text(t, "system") == "email"), Value(phones, t => Text(t, "use") == "mobile" || Text(t, "system") == "sms"),
            Value(phones, t => Text(t, "use") is not ("mobile" or "work") && Text(t, "system") == "phone"),
            string.Join(", ", Texts(address, "line")), Text(address, "city"), Text(address, "postalCode"),
        ];
    }

    private static string Value(IEnumerable<JsonElement> telecom, Func<JsonElement, bool> which) =>
        telecom.Where(which).Select(t => Text(t, "value")).FirstOrDefault(v => v.Length > 0) ?? "";

    private static IEnumerable<JsonElement> Items(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : [];

    private static IEnumerable<string> Texts(JsonElement of, string name) =>
        Items(of, name).Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!);

    private static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    // Where in the bundle it is.
    private struct Place
    {
        public JsonReaderState State;
        public bool InEntries;
        public bool IsBundle;
        public bool Ended;
    }
}
