using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>What goes in comes out: through a call, and through storage, also when the other side is a version older or newer.</summary>
public sealed class SurvivalTests
{
    [Fact]
    public void Everything_survives_a_call() => Offence.None(
        from type in Contract.Crossing.Concat(Contract.Stored).Distinct()
        where !type.IsEnum
        from sample in Samples.Of(type)
        let why = Lost(sample, RoundTrips.Call)
        where why is not null
        select Contract.At(type, $"{type.Name} through a call: {why}"));

    [Fact]
    public void Everything_survives_a_call_as_it_is_made() => Offence.None(
        from type in Contract.Crossing.Where(t => !t.IsEnum).SelectMany(Contract.Cases).Distinct()
        let why = Lost(Samples.Empty(type), RoundTrips.Call)
        where why is not null
        select Contract.At(type, $"{type.Name} through a call: {why}"));

    [Fact]
    public void State_survives_storage() => Offence.None(
        from type in Contract.States
        from sample in Samples.Of(type)
        let why = Lost(sample, Store)
        where why is not null
        select Contract.At(type, $"{type.Name} through storage: {why}"));

    [Fact]
    public void State_that_lacks_a_field_reads_as_its_default() => Offence.None(
        from type in Contract.States
        let empty = JsonSerializer.SerializeToNode(Samples.Empty(type), type)!.AsObject()
        from sample in Samples.Of(type)
        from field in JsonSerializer.SerializeToNode(sample, type)!.AsObject().Select(f => f.Key)
        let why = WithoutField(type, sample, empty, field)
        where why is not null
        select Contract.At(type, $"{type.Name} without {field}: {why}"));

    [Fact]
    public void State_with_fields_of_a_newer_version_is_read() => Offence.None(
        from type in Contract.States
        from sample in Samples.Of(type)
        let why = Lost(sample, Newer)
        where why is not null
        select Contract.At(type, $"{type.Name} with more fields: {why}"));

    private static string? Lost(object sample, Func<object, object?> journey)
    {
        try
        {
            var (before, after) = (Samples.Describe(sample), Samples.Describe(journey(sample)));
            return before == after ? null : $"{before} came back as {after}";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static object? Store(object sample) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(sample, sample.GetType()), sample.GetType());

    private static object? Newer(object sample)
    {
        var stored = JsonSerializer.SerializeToNode(sample, sample.GetType())!.AsObject();
        stored["AddedLater"] = JsonNode.Parse("""{ "Deep": [1, { "Deeper": null }] }""");
        return stored.Deserialize(sample.GetType());
    }

    private static string? WithoutField(Type type, object sample, JsonObject empty, string field)
    {
        try
        {
            var stored = JsonSerializer.SerializeToNode(sample, type)!.AsObject();
            stored.Remove(field);
            var read = JsonSerializer.SerializeToNode(stored.Deserialize(type), type)!.AsObject();
            return JsonNode.DeepEquals(read[field], empty[field]) ? null : $"reads as {read[field]}, not as {empty[field]}";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return e.Message;
        }
    }
}
