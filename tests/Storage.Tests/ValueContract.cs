using Dapper;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>Values come back as they went in, and those that could not are refused at once.</summary>
public abstract class ValueContract : DatabaseTest
{
    private const string Insert = "INSERT INTO samples (id, txt, num, bin, flt) VALUES (@id, @txt, @num, @bin, @flt)";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.MigrateAsync("samples", [new Migration(1, "samples",
            "CREATE TABLE samples (id TEXT NOT NULL PRIMARY KEY, txt TEXT, num BIGINT, bin BYTEA, flt DOUBLE PRECISION)")]);
    }

    [ContractFact]
    public async Task Every_kind_of_value_comes_back()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var time = new DateTimeOffset(2026, 11, 21, 9, 30, 0, 123, TimeSpan.FromHours(2));
        await Add("a", "Zoë 🩺 '\"\n;@x", long.MinValue, bytes, 0.1);
        await Add("b", "", true, Array.Empty<byte>(), double.PositiveInfinity);
        await Add("c", null, null, null, null);
        await Add("d", new string('ß', 100_000), time, new byte[200_000], -0.0);
        await Add("e", new string('ß', 171), 42, null, 1e300);
        var rows = (await Database.ReadAsync(c => c.QueryAsync<Sample>("SELECT id, txt, num, bin, flt FROM samples ORDER BY id"))).AsList();
        Assert.Equal(new Sample { Id = "a", Txt = "Zoë 🩺 '\"\n;@x", Num = long.MinValue, Flt = 0.1 }, rows[0] with { Bin = null });
        Assert.Equal(bytes, rows[0].Bin!);
        Assert.Equal(new Sample { Id = "b", Txt = "", Num = 1, Flt = double.PositiveInfinity }, rows[1] with { Bin = null });
        Assert.Empty(rows[1].Bin!);
        Assert.Equal(new Sample { Id = "c" }, rows[2]);
        Assert.Equal(time.ToUnixTimeMilliseconds(), rows[3].Num);
        Assert.Equal((100_000, 200_000), (rows[3].Txt!.Length, rows[3].Bin!.Length));
        Assert.Equal(new Sample { Id = "e", Txt = new string('ß', 171), Num = 42, Flt = 1e300 }, rows[4]);
    }

    [ContractFact]
    public async Task Values_and_nulls_take_turns_in_one_statement()
    {
        for (var i = 0; i < 20; i++)
            await Add($"t{i}", i % 2 == 0 ? null : "x", i % 3 == 0 ? null : i, i % 5 == 0 ? null : new byte[] { 1 }, null);
        Assert.Equal((10, 13, 16, 0), await Database.ReadAsync(c =>
            c.QuerySingleAsync<(long, long, long, long)>("SELECT count(txt), count(num), count(bin), count(flt) FROM samples")));
    }

    [ContractFact]
    public async Task What_one_dialect_could_not_store_is_refused_by_both()
    {
        await Refuses("a\0b");
        await Refuses("half \ud83e");
        await Refuses("\udd7a half");
        await Refuses("\ud83e\ud83e\udd7a");
        await Refuses(double.NaN);
        await Refuses(1.5m);
        await Refuses('c');
        await Refuses(Guid.Empty);
        await Refuses(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Refuses(DayOfWeek.Monday);
        await Assert.ThrowsAsync<ArgumentException>(() => Database.WriteAsync(new WriteUnit("nothing")));
        Assert.Equal(0, await Things.CountAsync(Database, "samples"));
    }

    [ContractFact]
    public async Task Many_rows_come_back_as_one_would_and_those_that_are_there_stay()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var time = new DateTimeOffset(2026, 11, 21, 9, 30, 0, 123, TimeSpan.FromHours(2));
        await Add("b", "first", 1, null, null);
        object?[][] rows =
        [
            ["a", "Zoë 🩺 '\"\n;@x\\u0041", long.MinValue, bytes],
            ["b", "second", 2L, null],
            ["c", null, null, null],
            ["d", "", true, Array.Empty<byte>()],
            ["e", new string('ß', 100_000), time, new byte[200_000]],
            ["f", "x", 42, null],
        ];
        await Database.WriteAsync(new WriteUnit(
            "samples",
            [
                .. ManyRows.Insert(Database.Dialect, "samples", ["id", "txt", "num", "bin"], rows),
                .. ManyRows.Insert(Database.Dialect, "samples", ["id", "txt", "num", "bin"], [["g", null, null, null]]),
            ]));
        var read = (await Database.ReadAsync(c => c.QueryAsync<Sample>("SELECT id, txt, num, bin, flt FROM samples ORDER BY id"))).AsList();
        Assert.Equal(new Sample { Id = "a", Txt = "Zoë 🩺 '\"\n;@x\\u0041", Num = long.MinValue }, read[0] with { Bin = null });
        Assert.Equal(bytes, read[0].Bin!);
        Assert.Equal(("first", 1L), (read[1].Txt, read[1].Num));
        Assert.Equal(new Sample { Id = "c" }, read[2]);
        Assert.Equal(new Sample { Id = "d", Txt = "", Num = 1 }, read[3] with { Bin = null });
        Assert.Empty(read[3].Bin!);
        Assert.Equal(
            (100_000, time.ToUnixTimeMilliseconds(), 200_000), (read[4].Txt!.Length, read[4].Num!.Value, read[4].Bin!.Length));
        Assert.Equal(new Sample { Id = "f", Txt = "x", Num = 42 }, read[5]);
        Assert.Equal(new Sample { Id = "g" }, read[6]);
    }

    [ContractFact]
    public async Task Many_rows_refuse_what_one_would_and_numbers_with_a_fraction()
    {
        Assert.Empty(ManyRows.Insert(Database.Dialect, "samples", ["id"], []));
        foreach (object value in new object[] { "a\0b", "half \ud83e", 1.5, 1.5m, Guid.Empty })
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Database.WriteAsync(
                new WriteUnit("samples", [.. ManyRows.Insert(Database.Dialect, "samples", ["id", "txt"], [["r", value]])])));
        }

        Assert.Equal(0, await Things.CountAsync(Database, "samples"));
    }

    private Task Add(string id, object? text, object? number, object? bytes, object? real) =>
        Database.WriteAsync(new WriteUnit(
            "sample", new Statement(Insert, ("id", id), ("txt", text), ("num", number), ("bin", bytes), ("flt", real))));

    private Task Refuses(object value) => Assert.ThrowsAsync<ArgumentException>(() => Add("r", value, null, null, null));

    public sealed record Sample
    {
        public string Id { get; init; } = "";

        public string? Txt { get; init; }

        public long? Num { get; init; }

        public byte[]? Bin { get; init; }

        public double? Flt { get; init; }
    }
}
