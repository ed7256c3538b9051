using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Audit;
using Xunit;

namespace Portal.Grains.Tests.Audit;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditChain Chain = Of("a-secret-of-tests-only-0123456789-abcdefghij");
    private static readonly AuditChain Stranger = Of("another-secret-than-that-0123456789-abcdefg");

    public static TheoryData<string> Fields => [.. Tamperings.Keys];

    private static Dictionary<string, Func<AuditEntry, AuditEntry>> Tamperings { get; } = new()
    {
        ["id"] = e => e with { Id = e.Id + "x" },
        ["time"] = e => e with { At = e.At.AddMilliseconds(1) },
        ["actor kind"] = e => e with { ActorKind = "staff" },
        ["actor"] = e => e with { Actor = "p-bob" },
        ["on behalf of"] = e => e with { OnBehalfOf = "p-bob" },
        ["patient"] = e => e with { Patient = "" },
        ["action"] = e => e with { Action = "sign-in.code-requested" },
        ["outcome"] = e => e with { Outcome = AuditOutcome.Done },
        ["reason"] = e => e with { Reason = "expired" },
        ["address"] = e => e with { Address = "192.0.2.2" },
        ["session"] = e => e with { SessionHash = "fedcba" },
        ["a detail's value"] = e => e with { Details = new Dictionary<string, string> { ["kind"] = "mobile" } },
        ["a detail's name"] = e => e with { Details = new Dictionary<string, string> { ["kinds"] = "email" } },
        ["one detail more"] = e => e with { Details = new Dictionary<string, string> { ["kind"] = "email", ["left"] = "4" } },
        ["no detail"] = e => e with { Details = new Dictionary<string, string>() },
        ["actor moved into on-behalf-of"] = e => e with { Actor = "", OnBehalfOf = e.Actor },
        ["a border between two texts"] = e => e with { Actor = e.Actor + e.OnBehalfOf[..1], OnBehalfOf = e.OnBehalfOf[1..] },
    };

    [Fact]
    public void A_log_as_it_was_written_is_whole()
    {
        var verifier = new AuditVerifier(Chain, "riverside", Head(Log(9)));
        Assert.Null(verifier.Read(Log(9).Take(4)));
        Assert.Null(verifier.Read(Log(9).Skip(4)));
        Assert.Null(verifier.End());
        Assert.Equal(Head(Log(9)), verifier.Head);
    }

    [Fact]
    public void An_empty_log_is_whole_unless_it_is_known_not_to_be_empty()
    {
        Assert.Null(Verify([], null));
        Assert.Null(Verify([], new AuditHead()));
        Assert.Equal(new AuditFault.CutOff { Sequence = 1 }, Verify([], Head(Log(2))));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_changed_field_is_found_in_its_row(string field)
    {
        var log = Log(5);
        log[2] = log[2] with { Entry = Tamperings[field](log[2].Entry) };
        Assert.Equal(new AuditFault.Changed { Sequence = 3 }, Verify(log, null));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_changed_field_with_its_hash_made_anew_is_found_in_the_next_row(string field)
    {
        var log = Log(5);
        var changed = Tamperings[field](log[2].Entry);
        log[2] = new ChainedEntry(changed, Chain.Hash(log[1].Hash, changed));
        Assert.Equal(new AuditFault.Changed { Sequence = 4 }, Verify(log, null));
    }

    [Fact]
    public void A_changed_hash_is_found()
    {
        var log = Log(5);
        log[2] = log[2] with { Hash = [.. log[2].Hash.Reverse()] };
        Assert.Equal(new AuditFault.Changed { Sequence = 3 }, Verify(log, null));
    }

    [Fact]
    public void A_missing_row_is_named()
    {
        var log = Log(5);
        log.RemoveAt(2);
        Assert.Equal(new AuditFault.Missing { Sequence = 3 }, Verify(log, null));
        Assert.Equal(new AuditFault.Missing { Sequence = 1 }, Verify(Log(5).Skip(1), null));
    }

    [Fact]
    public void A_missing_row_whose_number_was_given_to_the_next_is_found()
    {
        var log = Log(5);
        log.RemoveAt(2);
        for (var i = 2; i < log.Count; i++)
        {
            log[i] = log[i] with { Entry = log[i].Entry with { Sequence = i + 1 } };
        }
        Assert.Equal(new AuditFault.Changed { Sequence = 3 }, Verify(log, null));
    }

    [Fact]
    public void A_row_given_twice_or_out_of_order_is_found()
    {
        var log = Log(5);
        log.Insert(3, log[2]);
        Assert.Equal(new AuditFault.OutOfOrder { Sequence = 3 }, Verify(log, null));
        Assert.Equal(new AuditFault.OutOfOrder { Sequence = 1 }, Verify([Log(5)[0], Log(5)[1], Log(5)[0]], null));
    }

    [Fact]
    public void Two_rows_that_changed_places_are_found()
    {
        var log = Log(5);
        (log[1], log[2]) = (
            log[2] with { Entry = log[2].Entry with { Sequence = 2 } },
            log[1] with { Entry = log[1].Entry with { Sequence = 3 } });
        Assert.Equal(new AuditFault.Changed { Sequence = 2 }, Verify(log, null));
    }

    [Fact]
    public void A_row_of_another_organisation_is_found()
    {
        var log = Log(5);
        log[2] = Log(5, "hilltop")[2];
        Assert.Equal(new AuditFault.Foreign { Sequence = 3 }, Verify(log, null));
    }

    [Fact]
    public void Rows_taken_from_the_end_are_found_when_the_head_is_known_and_only_then()
    {
        Assert.Null(Verify(Log(5).Take(3), null));
        Assert.Equal(new AuditFault.CutOff { Sequence = 4 }, Verify(Log(5).Take(3), Head(Log(5))));
    }

    [Fact]
    public void A_tail_written_anew_is_found_when_the_head_is_known_and_only_then()
    {
        var log = Log(5);
        List<AuditEntry> others = [.. log.Skip(2).Select(r => r.Entry with { Reason = "none" })];
        List<ChainedEntry> forged = [.. log.Take(2), .. Chain.Extend(2, log[1].Hash, others)];
        Assert.Null(Verify(forged, null));
        Assert.Equal(new AuditFault.Forged { Sequence = 5 }, Verify(forged, Head(log)));
    }

    [Fact]
    public void Rows_written_since_the_head_was_known_are_no_fault() => Assert.Null(Verify(Log(9), Head(Log(5))));

    [Fact]
    public void After_a_fault_the_verdict_stays()
    {
        var verifier = new AuditVerifier(Chain, "riverside", null);
        verifier.Read([Log(5)[1]]);
        Assert.Equal(new AuditFault.Missing { Sequence = 1 }, verifier.Read(Log(5)));
        Assert.Equal(0, verifier.Head.Sequence);
    }

    [Fact]
    public void A_row_is_kept_within_its_bounds_and_as_every_database_gives_it_back()
    {
        var details = Enumerable.Range(0, 40).ToDictionary(i => $"name-{i:00}", i => new string('v', 300));
        var entry = new AuditEntry
        {
            Id = "a-1",
            Organisation = "riverside",
            Action = "door.refused",
            At = Noon.AddTicks(12_345).ToOffset(TimeSpan.FromHours(2)),
            Reason = new string('r', 199) + "\U0001F600",
            Address = "192.0.2.1\0\r\n",
            Actor = "a\uD800b",
            Details = details,
        };
        var kept = Assert.Single(Chain.Extend(0, [], [entry])).Entry;
        Assert.Equal(new string('r', 199), kept.Reason);
        Assert.Equal("192.0.2.1   ", kept.Address);
        Assert.Equal("a\uFFFDb", kept.Actor);
        Assert.Equal(Noon.AddMilliseconds(1), kept.At);
        Assert.Equal(TimeSpan.Zero, kept.At.Offset);
        Assert.Equal(AuditEntry.MaxDetails, kept.Details.Count);
        Assert.All(kept.Details, d => Assert.Equal(AuditEntry.MaxText, d.Value.Length));
    }

    [Fact]
    public void Details_whose_names_are_the_same_once_cut_break_nothing()
    {
        var name = new string('n', 250);
        var entry = new AuditEntry { Details = new Dictionary<string, string> { [name + "1"] = "a", [name + "2"] = "b" } };
        Assert.Single(Assert.Single(Chain.Extend(0, [], [entry])).Entry.Details);
    }

    [Fact]
    public void A_tail_that_somebody_without_the_secret_wrote_anew_is_found_though_no_head_is_known()
    {
        var log = Log(5);
        List<AuditEntry> others = [.. log.Skip(2).Select(r => r.Entry with { Reason = "none" })];
        Assert.Equal(new AuditFault.Changed { Sequence = 3 }, Verify([.. log.Take(2), .. Stranger.Extend(2, log[1].Hash, others)], null));
        Assert.Equal(new AuditFault.Changed { Sequence = 1 }, Verify(Stranger.Extend(0, [], [.. log.Select(r => r.Entry)]), null));
    }

    [Fact]
    public void A_head_is_genuine_for_its_organisation_place_and_hash_only()
    {
        var head = Chain.Seal("riverside", 5, Log(5)[4].Hash);
        Assert.True(Chain.IsGenuine("riverside", head));
        Assert.False(Chain.IsGenuine("hilltop", head));
        Assert.False(Chain.IsGenuine("riverside", head with { Sequence = 4 }));
        Assert.False(Chain.IsGenuine("riverside", head with { Hash = Log(5)[3].Hash }));
        Assert.False(Chain.IsGenuine("riverside", head with { Seal = [] }));
        Assert.False(Chain.IsGenuine("riverside", Stranger.Seal("riverside", 5, Log(5)[4].Hash)));
    }

    [Fact]
    public void The_log_goes_on_after_its_head_and_leaves_a_gap_where_something_is_gone()
    {
        var log = Log(5);
        var head = Chain.Seal("riverside", 5, log[4].Hash);
        Assert.Equal((0L, ""), Resume(new AuditEnds(0, [], null)));
        Assert.Equal((5L, Convert.ToHexString(log[4].Hash)), Resume(new AuditEnds(5, log[4].Hash, head)));
        Assert.Equal((5L, Convert.ToHexString(log[4].Hash)), Resume(new AuditEnds(3, log[2].Hash, head)));
        Assert.Equal((5L, Convert.ToHexString(log[4].Hash)), Resume(new AuditEnds(0, [], head)));
        Assert.Equal((4L, Convert.ToHexString(log[2].Hash)), Resume(new AuditEnds(3, log[2].Hash, null)));
        var forged = Stranger.Seal("riverside", 3, log[2].Hash);
        Assert.Equal((4L, Convert.ToHexString(log[2].Hash)), Resume(new AuditEnds(3, log[2].Hash, forged)));
    }

    private static (long, string) Resume(AuditEnds ends)
    {
        var (sequence, hash) = Chain.Resume("riverside", ends);
        return (sequence, Convert.ToHexString(hash));
    }

    private static AuditChain Of(string secret) => new(new KeyedHash(PortalSecrets.From(secret, isProduction: false)));

    private static AuditFault? Verify(IEnumerable<ChainedEntry> log, AuditHead? head)
    {
        var verifier = new AuditVerifier(Chain, "riverside", head);
        return verifier.Read(log) ?? verifier.End();
    }

    private static AuditHead Head(List<ChainedEntry> log) =>
        new() { Sequence = log.Count, Hash = Convert.ToHexStringLower(log[^1].Hash) };

    private static List<ChainedEntry> Log(int rows, string organisation = "riverside") =>
        [.. Chain.Extend(0, [], [.. Enumerable.Range(1, rows).Select(i => Entry(i, organisation))])];

    private static AuditEntry Entry(int number, string organisation) => new()
    {
        Id = $"a-{number}",
        Organisation = organisation,
        At = Noon.AddSeconds(number),
        ActorKind = "patient",
        Actor = "p-alice",
        OnBehalfOf = "p-carol",
        Patient = "p-carol",
        Action = "sign-in.code-refused",
        Outcome = AuditOutcome.Refused,
        Reason = "wrong-code",
        Address = "192.0.2.1",
        SessionHash = "abcdef",
        Details = new Dictionary<string, string> { ["kind"] = "email" },
    };
}
