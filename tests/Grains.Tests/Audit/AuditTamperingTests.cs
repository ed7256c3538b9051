using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Audit;

/// <summary>Somebody who can write into the database, and has nothing else, changes the log of a clinic.</summary>
public sealed class AuditTamperingTests
{
    private const string Cut = "DELETE FROM audit_log WHERE organisation = 'riverside' AND sequence > 4";
    private const string CutAll = "DELETE FROM audit_log WHERE organisation = 'riverside'";
    private const string HeadBack = "UPDATE audit_heads SET sequence = 4, hash = (SELECT hash FROM audit_log "
        + "WHERE organisation = 'riverside' AND sequence = 4) WHERE organisation = 'riverside'";
    private const string HeadGone = "DELETE FROM audit_heads WHERE organisation = 'riverside'";
    private const string HeadOfAnother = "UPDATE audit_heads SET seal = (SELECT seal FROM audit_heads WHERE organisation = 'hilltop') "
        + "WHERE organisation = 'riverside'";

    /// <summary>What is done to the database, and what the verifier says of it.</summary>
    public static TheoryData<string, string[], AuditFault?> Cases { get; } = new()
    {
        { "nothing", [], null },
        { "a row changed", ["UPDATE audit_log SET actor = 's-erin' WHERE sequence = 3"], new AuditFault.Changed { Sequence = 3 } },
        { "a row taken out", ["DELETE FROM audit_log WHERE sequence = 3"], new AuditFault.Missing { Sequence = 3 } },
        { "details spoilt", ["UPDATE audit_log SET details = '{' WHERE sequence = 3"], new AuditFault.Changed { Sequence = 3 } },
        { "a time of no calendar", ["UPDATE audit_log SET at = -9223372036854775808 WHERE sequence = 3"],
            new AuditFault.Changed { Sequence = 3 } },
        { "the tail cut", [Cut], new AuditFault.CutOff { Sequence = 5 } },
        { "tail cut, head put back", [HeadBack, Cut], new AuditFault.HeadLost { Sequence = 5 } },
        { "tail and head cut", [HeadGone, Cut], new AuditFault.HeadLost { Sequence = 5 } },
        { "all rows gone", [CutAll], new AuditFault.CutOff { Sequence = 1 } },
        { "all rows and the head gone", [CutAll, HeadGone], new AuditFault.HeadLost { Sequence = 1 } },
        { "the head gone", [HeadGone], new AuditFault.HeadLost { Sequence = 7 } },
        { "another clinic's seal", [HeadOfAnother], new AuditFault.HeadLost { Sequence = 7 } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_verifier_names_what_was_done_after_a_restart(string what, string[] sql, AuditFault? fault)
    {
        await using var portal = await WithLogAsync();
        portal.Silo.Kill();
        await TamperAsync(portal, sql);
        await portal.RestartAsync();
        Assert.Equal((what, fault), (what, (await VerifyAsync(portal)).Fault));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_was_done_is_still_seen_after_the_log_went_on(string what, string[] sql, AuditFault? fault)
    {
        await using var portal = await WithLogAsync();
        portal.Silo.Kill();
        await TamperAsync(portal, sql);
        await portal.RestartAsync();
        await ChangeAsync(portal, "One more");
        var verified = await VerifyAsync(portal);
        // A log that was wiped whole with its head begins anew: only a head kept outside of the database shows it.
        if (what == "all rows and the head gone") return;
        Assert.Equal((what, fault is not null), (what, verified.Fault is not null));
        if (fault is AuditFault.CutOff or AuditFault.HeadLost) Assert.Equal(fault.Sequence, verified.FirstBad);
    }

    [Theory]
    [InlineData(Cut, HeadBack)]
    [InlineData(CutAll, HeadGone)]
    public async Task A_running_process_remembers_where_the_log_ended(string cut, string head)
    {
        await using var portal = await WithLogAsync();
        await TamperAsync(portal, [head, cut]);
        Assert.IsType<AuditFault.CutOff>((await VerifyAsync(portal)).Fault);
    }

    [Fact]
    public async Task Rows_written_while_the_log_is_verified_are_no_fault()
    {
        await using var portal = await WithLogAsync();
        for (var i = 0; i < 3; i++)
        {
            var verifying = VerifyAsync(portal);
            await ChangeAsync(portal, $"Meanwhile {i}");
            Assert.Null((await verifying).Fault);
        }
    }

    // Founding and five changes of settings: six rows.
    private static async Task<PortalFixture> WithLogAsync()
    {
        var portal = await PortalFixture.StartAsync();
        for (var i = 1; i <= 5; i++) await ChangeAsync(portal, $"Welcome {i}");
        var verified = await VerifyAsync(portal);
        Assert.Equal((6, null), (verified.Rows, verified.Fault));
        return portal;
    }

    private static Task ChangeAsync(PortalFixture portal, string welcome) => portal.AsAsync(Cast.Erin(), () =>
        portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside).ChangeSettings(
            new PortalSettings { PortalName = "Riverside", WelcomeMessage = welcome }));

    private static Task<AuditVerification> VerifyAsync(PortalFixture portal) => portal.AsAsync(
        Cast.Erin(), () => portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside).Verify());

    private static async Task TamperAsync(PortalFixture portal, string[] sql)
    {
        foreach (var statement in sql) await portal.Database.WriteAsync(new WriteUnit("tampering", new Statement(statement)));
    }
}
