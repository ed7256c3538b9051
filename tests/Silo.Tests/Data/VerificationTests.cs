using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Silo.Data;
using Portal.Silo.Data.Transfer;
using Portal.Silo.Data.Verification;
using Portal.Storage;
using Xunit;

namespace Portal.Silo.Tests.Data;

/// <summary>Each way in which what is stored may not fit together is found, named, and, where it is a list, put right.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private static readonly EngineTables Embedded = EngineTables.Named("embedded")!;
    private readonly Database _database = Database.Open("sqlite::memory:");

    public Task InitializeAsync() => SampleData.FillAsync(_database);

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task What_fits_together_is_left_alone() => Assert.Empty(await FoundAsync());

    [Theory]
    [InlineData("audit-chain", "UPDATE audit_log SET reason = 'none' WHERE sequence = 3")]
    [InlineData("audit-chain", "DELETE FROM audit_log WHERE sequence = 3")]
    [InlineData("audit-chain", "DELETE FROM audit_log WHERE sequence > 3")]
    [InlineData("audit-chain", "DELETE FROM audit_heads")]
    [InlineData("claim-without-row", "DELETE FROM credential_claims")]
    [InlineData("row-without-claim", "UPDATE credential_claims SET value_hash = 'other'")]
    [InlineData("binding-without-claim", "DELETE FROM grain_state WHERE grain_type = 'credential'")]
    [InlineData("claim-without-binding", "UPDATE grain_state SET payload = replace(payload, 'Credentials', 'Nothing') "
        + "WHERE grain_type = 'patient'")]
    [InlineData("reservation-without-change", "UPDATE grain_state SET payload = replace(payload, '\"Stage\":2', '\"Stage\":1') "
        + "WHERE grain_type = 'credential'")]
    [InlineData("person-missing", "DELETE FROM grain_state WHERE grain_type = 'patient'")]
    [InlineData("organisation-missing", "DELETE FROM grain_state WHERE grain_type = 'organisation'")]
    [InlineData("list-behind", "UPDATE patients SET version = 2")]
    [InlineData("list-behind", "DELETE FROM invitations")]
    [InlineData("list-without-state", "DELETE FROM grain_state WHERE grain_type = 'invitation'")]
    [InlineData("words-differ", "DELETE FROM patient_words WHERE word = (SELECT MIN(word) FROM patient_words)")]
    [InlineData("words-differ", "DELETE FROM patients")]
    [InlineData("reminder-missing", "DELETE FROM reminders")]
    [InlineData("unreadable-state", "UPDATE grain_state SET payload = '{' WHERE grain_type = 'patient'")]
    [InlineData("another-secret", "UPDATE installation SET value = 'another'")]
    public async Task Found_is(string kind, string sql)
    {
        await SampleData.ExecuteAsync(_database, sql);
        Assert.Contains(kind, await FoundAsync());
    }

    [Fact]
    public async Task A_change_that_is_under_way_is_no_problem()
    {
        var change = new Grains.Patients.CredentialChange { Operation = "op-2", Kind = CredentialKind.Email, Hash = "new" };
        await SampleData.ExecuteAsync(_database, "UPDATE grain_state SET payload = @json WHERE grain_type = 'patient'",
            ("json", JsonSerializer.Serialize(SampleData.Patient with { Pending = change })));
        await SampleData.StateAsync(_database, "credential", GrainKeys.ForCredential(SampleData.Organisation, CredentialKind.Email, "new"),
            new CredentialClaimState { Stage = ClaimStage.Reserved, Patient = SampleData.Alice, Operation = "op-2" });
        var report = await VerifyAsync(repair: false);
        // But somebody has to finish it.
        Assert.Equal(["change-under-way", "reminder-missing"], report.Found.Keys);
        Assert.Equal(1, report.Problems);
    }

    [Fact]
    public async Task A_reminder_before_its_state_is_no_problem()
    {
        await SampleData.ExecuteAsync(_database,
            "INSERT INTO reminders (grain_type, grain_key, name, due, period) VALUES ('invitation', 'cafe/new', 'invitation', 0, 60000)");
        var report = await VerifyAsync(repair: false);
        Assert.Equal(["reminder-without-state"], report.Found.Keys);
        Assert.Equal(0, report.Problems);
    }

    [Theory]
    [InlineData("DELETE FROM patients")]
    [InlineData("DELETE FROM patient_words")]
    [InlineData("UPDATE patients SET version = 9")]
    [InlineData("UPDATE invitations SET version = 0, outcome = 3")]
    [InlineData("INSERT INTO invitations SELECT organisation, 'other', patient, address, outcome, block_count, created_at, deadline, "
        + "opened_at, accepted_at, version FROM invitations")]
    public async Task Lists_are_written_anew_from_the_state(string sql)
    {
        var before = await ListsAsync();
        await SampleData.ExecuteAsync(_database, sql);
        var report = await VerifyAsync(repair: true);
        Assert.Equal(0, report.Problems);
        Assert.Equal(before, await ListsAsync());
        Assert.Empty(await FoundAsync());
    }

    [Fact]
    public async Task As_json_it_is_one_object_and_the_limit_cuts_what_is_printed_and_not_what_is_counted()
    {
        for (var i = 0; i < 5; i++)
        {
            await SampleData.ExecuteAsync(_database,
                "INSERT INTO outbox (id, organisation, patient, kind, channel, masked_to, state, priority, attempts, queued_at, "
                + "next_attempt_at, failure) VALUES (@id, 'cafe', 'p-nobody', '', 0, '', 0, 0, 0, 0, 0, 0)", ("id", $"m{i}"));
        }

        using var text = new StringWriter();
        using (var report = new VerificationReport(text, json: true, limit: 2))
        {
            await new Verifier(_database, Embedded, SampleData.Secrets, TimeProvider.System).RunAsync(report, repair: false);
            report.End();
        }

        var json = JsonDocument.Parse(text.ToString()).RootElement;
        Assert.Equal(2, json.GetProperty("findings").GetArrayLength());
        Assert.Equal(5, json.GetProperty("found").GetProperty("person-missing").GetInt32());
        Assert.Equal(5, json.GetProperty("problems").GetInt32());
        Assert.Equal(4, json.GetProperty("looked").GetProperty("states").GetInt32());
    }

    [Fact]
    public async Task Tables_that_are_behind_are_not_judged()
    {
        await using var empty = Database.Open("sqlite::memory:");
        using var report = new VerificationReport(TextWriter.Null, json: false, limit: 0);
        await Assert.ThrowsAsync<TransferRefusedException>(
            () => new Verifier(empty, Embedded, SampleData.Secrets, TimeProvider.System).RunAsync(report, repair: false));
    }

    private async Task<IEnumerable<string>> FoundAsync() => (await VerifyAsync(repair: false)).Found.Keys;

    private async Task<VerificationReport> VerifyAsync(bool repair)
    {
        var report = new VerificationReport(TextWriter.Null, json: false, limit: 0);
        await new Verifier(_database, Embedded, SampleData.Secrets, TimeProvider.System).RunAsync(report, repair);
        return report;
    }

    private Task<string[]> ListsAsync() => _database.ReadAsync(async connection =>
    {
        var rows = new List<string>();
        foreach (var table in new[] { "patients", "patient_words", "invitations" })
        {
            foreach (IDictionary<string, object?> row in await connection.QueryAsync($"SELECT * FROM {table}"))
                rows.Add(table + string.Join('|', row.Select(value => Text(value.Value))));
        }

        return rows.Order(StringComparer.Ordinal).ToArray();
    });

    private static string Text(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";
}
