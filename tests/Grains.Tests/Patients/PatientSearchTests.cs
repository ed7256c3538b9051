using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Appointments;
using Portal.Grains.Patients;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Searching the directory, on both dialects.</summary>
public abstract class PatientSearchTests : IAsyncLifetime
{
    private const string Organisation = "riverside";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private Database _database = null!;

    protected abstract Task<string> StorageAsync();

    public async Task InitializeAsync()
    {
        _database = Database.Open(await StorageAsync());
        await _database.MigrateAsync("appointments", AppointmentTable.Migrations);
        await _database.MigrateAsync("patients", PatientDirectoryTable.Migrations);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [DirectoryFact]
    public async Task Patients_are_listed_by_family_name_then_given_name_with_pages_and_a_total()
    {
        await FillAsync();
        var first = await SearchAsync(new PatientQuery { PageSize = 3 });
        Assert.Equal(["Élise Ångström", "Bob Archer", "Carol Archer"], Names(first));
        Assert.Equal((5, false), (first.Total, first.More));
        Assert.Equal(["Zoe O'Brien", "Alice Smith"], Names(await SearchAsync(new PatientQuery { PageSize = 3, Page = 2 })));
        Assert.Empty((await SearchAsync(new PatientQuery { PageSize = 3, Page = 3 })).Rows);
    }

    [DirectoryTheory]
    [InlineData("archer", "Bob Archer", "Carol Archer")]
    [InlineData("ARCH bo", "Bob Archer")]
    [InlineData("angstrom", "Élise Ångström")]
    [InlineData("obrien", "Zoe O'Brien")]
    [InlineData("07700 900002", "Bob Archer")]
    [InlineData("0002", "Bob Archer")]
    [InlineData("carol@x.org", "Carol Archer")]
    [InlineData("@x.org archer", "Bob Archer", "Carol Archer")]
    [InlineData("3/2/1980", "Alice Smith")]
    [InlineData("p-alice", "Alice Smith")]
    [InlineData("archer smith")]
    [InlineData("%")]
    [InlineData("smi%h")]
    [InlineData("_r_her")]
    [InlineData("!")]
    [InlineData("'; DROP TABLE patients; --")]
    public async Task A_search_finds(string text, params string[] names)
    {
        await FillAsync();
        var page = await SearchAsync(new PatientQuery { Text = text });
        Assert.Equal(names, Names(page));
        Assert.Equal(names.Length, page.Total);
    }

    [DirectoryFact]
    public async Task Common_words_are_found_by_walking_and_counted_to_a_bound()
    {
        // More than every word may have to be looked up: all of them are looked for in the rows.
        await FillManyAsync(PatientSearch.Common + 100);
        var page = await SearchAsync(new PatientQuery { Text = "same common", Page = 2, PageSize = 10 });
        Assert.Equal((10, PatientPage.MaxFound, true), (page.Rows.Count, page.Total, page.More));
        Assert.Equal("Same x00010", page.Rows[0].GivenName);
        var last = await SearchAsync(new PatientQuery { Text = "same", Page = 1_000_000, PageSize = 100 });
        Assert.Equal("Same x00900", last.Rows[0].GivenName);
        var rare = await SearchAsync(new PatientQuery { Text = "same common x00123" });
        Assert.Equal(["Same x00123 Common"], Names(rare));
        Assert.Equal((1, false), (rare.Total, rare.More));
    }

    [DirectoryFact]
    public async Task The_access_filter_goes_with_lists_and_searches()
    {
        await FillAsync();
        Assert.Equal(["Carol Archer"], Names(await SearchAsync(new PatientQuery { Access = AccessState.Blocked })));
        Assert.Equal(["Carol Archer"], Names(await SearchAsync(new PatientQuery { Access = AccessState.Blocked, Text = "archer" })));
        var none = await SearchAsync(new PatientQuery { Access = AccessState.Blocked, Text = "smith" });
        Assert.Equal((0, 0), (none.Rows.Count, none.Total));
    }

    [DirectoryTheory]
    [InlineData(0, 0)]
    [InlineData(-5, -5)]
    [InlineData(int.MinValue, int.MaxValue)]
    [InlineData(1, 1_000)]
    public async Task Pages_out_of_range_are_brought_into_it(int page, int size)
    {
        await FillAsync();
        Assert.NotEmpty((await SearchAsync(new PatientQuery { Page = page, PageSize = size })).Rows);
        Assert.NotEmpty((await SearchAsync(new PatientQuery { Page = page, PageSize = size, Text = "archer" })).Rows);
    }

    [DirectoryFact]
    public async Task Another_organisation_is_never_searched()
    {
        await FillAsync();
        var other = await PatientSearch.PageAsync(_database, "river", new PatientQuery { Text = "archer" }, Now);
        Assert.Equal((0, 0), (other.Rows.Count, other.Total));
        Assert.Equal(0, (await PatientSearch.PageAsync(_database, "hilltop", new PatientQuery(), Now)).Total);
    }

    [DirectoryFact]
    public async Task An_older_version_never_replaces_a_newer_one_and_words_that_are_gone_find_nobody()
    {
        var first = Entry(1, "p-alice", "Alice", "Smith");
        var second = Entry(2, "p-alice", "Alice", "Jones");
        await _database.WriteAsync(PatientDirectoryTable.Write(Organisation, first.Row, first.Entry, null));
        await _database.WriteAsync(PatientDirectoryTable.Write(Organisation, second.Row, second.Entry, first.Entry));
        await Assert.ThrowsAsync<WriteConflictException>(
            () => _database.WriteAsync(PatientDirectoryTable.Write(Organisation, first.Row, first.Entry, first.Entry)));
        await Assert.ThrowsAsync<DuplicateKeyException>(
            () => _database.WriteAsync(PatientDirectoryTable.Write(Organisation, first.Row, first.Entry, null)));
        Assert.Equal(["Alice Jones"], Names(await SearchAsync(new PatientQuery { Text = "jones" })));
        Assert.Empty((await SearchAsync(new PatientQuery { Text = "smith" })).Rows);
    }

    /// <summary>What each filter finds, in lists, in searches, and where all that match are wanted.</summary>
    public static TheoryData<PatientQuery, string[]> Filters => new()
    {
        { new PatientQuery { Credential = PatientCredential.Verified }, ["p-a"] },
        { new PatientQuery { Credential = PatientCredential.Unverified }, ["p-b"] },
        { new PatientQuery { Invitation = PatientInvitation.Pending }, ["p-a"] },
        { new PatientQuery { Invitation = PatientInvitation.Expired }, ["p-b"] },
        { new PatientQuery { Invitation = PatientInvitation.Accepted }, ["p-c"] },
        { new PatientQuery { Invitation = PatientInvitation.Never }, ["p-d"] },
        { new PatientQuery { Tag = "VIP" }, ["p-a", "p-c"] },
        { new PatientQuery { Tag = "vi" }, [] },
        { new PatientQuery { Tag = "vip", Credential = PatientCredential.Verified }, ["p-a"] },
        { new PatientQuery { Tag = "%" }, [] },
        { new PatientQuery { Practitioner = "s-1" }, ["p-a", "p-c", "p-d"] },
        { new PatientQuery { Practitioner = "s-2" }, ["p-b", "p-c", "p-d"] },
        { new PatientQuery { Test = TestPatients.Only }, ["p-t"] },
        { new PatientQuery { Test = TestPatients.Included, Tag = "vip" }, ["p-a", "p-c", "p-t"] },
        { new PatientQuery { NextAppointment = NextAppointment.WithinSevenDays }, ["p-b"] },
        { new PatientQuery { NextAppointment = NextAppointment.WithinThirtyDays }, ["p-b", "p-c"] },
        { new PatientQuery { NextAppointment = NextAppointment.Planned }, ["p-b", "p-c", "p-d"] },
        { new PatientQuery { NextAppointment = NextAppointment.NonePlanned }, ["p-a"] },
        { new PatientQuery { NextAppointment = NextAppointment.Planned, Tag = "vip", Text = "person" }, ["p-c"] },
        { new PatientQuery { Text = "p", Order = PatientOrder.BirthDate }, ["p-d", "p-c", "p-b", "p-a"] },
        { new PatientQuery { Order = PatientOrder.BirthDate, Descending = true }, ["p-a", "p-b", "p-c", "p-d"] },
        { new PatientQuery { Order = PatientOrder.LastSignIn, Descending = true }, ["p-c", "p-a", "p-d", "p-b"] },
        { new PatientQuery { Order = PatientOrder.Name, Descending = true }, ["p-d", "p-c", "p-b", "p-a"] },
        { new PatientQuery { Text = "#vip" }, [] },
    };

    [DirectoryTheory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds(PatientQuery query, string[] ids)
    {
        await FillFilteredAsync();
        var page = await SearchAsync(query);
        Assert.Equal(ids, page.Rows.Select(r => r.Id));
        Assert.Equal(ids.Length, page.Total);
        var all = await PatientMatchSearch.IdsAsync(_database, Organisation, query, Now, "", 100);
        Assert.Equal(ids.Order(StringComparer.Ordinal), all);
        Assert.Equal(ids.Length, await PatientMatchSearch.CountAsync(_database, Organisation, query, Now));
    }

    [DirectoryFact]
    public async Task All_that_match_are_given_in_parts_none_twice_and_none_left_out()
    {
        await FillFilteredAsync();
        List<string> all = [];
        for (var last = ""; ; last = all[^1])
        {
            var next = await PatientMatchSearch.IdsAsync(_database, Organisation, new PatientQuery(), Now, last, 3);
            if (next.Count == 0) break;
            all.AddRange(next);
        }

        Assert.Equal(["p-a", "p-b", "p-c", "p-d"], all);
    }

    [DirectoryFact]
    public async Task A_row_says_how_invitation_credential_tags_and_next_appointment_are()
    {
        await FillFilteredAsync();
        var rows = (await SearchAsync(new PatientQuery())).Rows.ToDictionary(r => r.Id);
        Assert.Equal(
            (PatientCredential.Verified, PatientInvitation.Pending), (rows["p-a"].Credential, rows["p-a"].Invitation));
        Assert.Equal(["new", "vip"], rows["p-a"].Tags);
        Assert.Equal((PatientInvitation.Expired, Now.AddDays(2)), (rows["p-b"].Invitation, rows["p-b"].NextAppointment));
        Assert.Null(rows["p-a"].NextAppointment);
    }

    private async Task FillFilteredAsync()
    {
        PatientRow Row(string id) => new() { Id = id, GivenName = "Person", FamilyName = id, BirthDate = new DateOnly(1990, 1, 1) };
        await AddAsync(Row("p-a") with
        {
            Credential = PatientCredential.Verified,
            Invitation = PatientInvitation.Pending,
            InvitedUntil = Now.AddDays(1),
            Tags = ["new", "vip"],
            BirthDate = new DateOnly(1993, 1, 1),
            LastSignIn = Now.AddDays(-2),
        }, ["s-1"]);
        await AddAsync(Row("p-b") with
        {
            Credential = PatientCredential.Unverified,
            Invitation = PatientInvitation.Pending,
            InvitedUntil = Now,
            BirthDate = new DateOnly(1992, 1, 1),
            Tags = ["vi-p"],
        }, ["s-2"]);
        await AddAsync(Row("p-c") with
        {
            Invitation = PatientInvitation.Accepted,
            InvitedUntil = Now,
            Tags = ["vip"],
            BirthDate = new DateOnly(1991, 1, 1),
            LastSignIn = Now.AddDays(-1),
        }, null);
        await AddAsync(Row("p-d"), ["s-1", "s-2"]);
        await AddAsync(Row("p-m") with { Merged = true, Tags = ["vip"] }, null);
        await AddAsync(Row("p-t") with { Test = true, Tags = ["vip"] }, null);
        foreach (var (patient, days) in new[] { ("p-a", -1), ("p-b", 2), ("p-b", 20), ("p-c", 20), ("p-d", 200), ("p-t", 2) })
        {
            var appointment = new ScheduleAppointment
            {
                Patient = patient,
                Practitioner = "Dr Who",
                Service = "Check",
                Place = "Room 1",
                StartsAt = Now.AddDays(days),
                Length = TimeSpan.FromMinutes(30),
            };
            await _database.WriteAsync(AppointmentTable.Upsert(Organisation, $"a-{patient}-{days}", appointment));
        }
    }

    private Task AddAsync(PatientRow row, IReadOnlyList<string>? practitioners)
    {
        IReadOnlyList<string> words =
        [
            .. PatientTags.Words(row.Tags), .. PatientTags.PractitionerWords(practitioners),
            .. PatientWords.OfPatient(row.Id, [row.GivenName, row.FamilyName], [], [], row.BirthDate),
        ];
        return _database.WriteAsync(PatientDirectoryTable.Write(Organisation, row, new DirectoryEntry(1, words), null));
    }

    private async Task FillAsync()
    {
        await AddAsync("p-alice", "Alice", "Smith", "alice@x.org", "447700900001", new DateOnly(1980, 2, 3));
        await AddAsync("p-bob", "Bob", "Archer", "bob@x.org", "447700900002");
        await AddAsync("p-carol", "Carol", "Archer", "carol@x.org", "447700900003", access: AccessState.Blocked);
        await AddAsync("p-elise", "Élise", "Ångström", "elise@y.org");
        await AddAsync("p-zoe", "Zoe", "O'Brien", "zoe@y.org");
    }

    private async Task FillManyAsync(int count)
    {
        foreach (var numbers in Enumerable.Range(0, count).Chunk(500))
        {
            var units = numbers.Select(i => Entry(1, $"p-{i}", $"Same x{i:00000}", "Common"))
                .Select(patient => PatientDirectoryTable.Write(Organisation, patient.Row, patient.Entry, null));
            await _database.WriteAsync(new WriteUnit("many", [.. units.SelectMany(unit => unit.Statements)]));
        }
    }

    private Task AddAsync(
        string id, string given, string family, string email, string phone = "", DateOnly? birth = null,
        AccessState access = AccessState.NoAccess)
    {
        var (row, entry) = Entry(1, id, given, family, email, phone, birth, access);
        return _database.WriteAsync(PatientDirectoryTable.Write(Organisation, row, entry, null));
    }

    private static (PatientRow Row, DirectoryEntry Entry) Entry(
        long version, string id, string given, string family, string email = "", string phone = "", DateOnly? birth = null,
        AccessState access = AccessState.NoAccess)
    {
        var row = new PatientRow
        {
            Id = id,
            GivenName = given,
            FamilyName = family,
            BirthDate = birth ?? new DateOnly(1990, 1, 1),
            Email = email,
            Phone = phone,
            Access = access,
        };
        return (row, new DirectoryEntry(version, PatientWords.OfPatient(id, [given, family], [email], [phone], row.BirthDate)));
    }

    private Task<PatientPage> SearchAsync(PatientQuery query) => PatientSearch.PageAsync(_database, Organisation, query, Now);

    private static string[] Names(PatientPage page) => [.. page.Rows.Select(r => $"{r.GivenName} {r.FamilyName}")];
}

/// <inheritdoc />
public sealed class SqlitePatientSearchTests : PatientSearchTests
{
    protected override Task<string> StorageAsync() => Task.FromResult("sqlite::memory:");
}

/// <inheritdoc />
[Trait("Needs", "PostgreSQL"), Collection(PostgresCollection.Name)]
public sealed class PostgresPatientSearchTests(PostgresServer server) : PatientSearchTests
{
    protected override Task<string> StorageAsync() => server.CreateDatabaseAsync();
}
