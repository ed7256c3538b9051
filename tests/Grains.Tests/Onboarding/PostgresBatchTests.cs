using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Import;
using Portal.Tests;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Onboarding;

/// <summary>Bulk work on PostgreSQL, where rows go in as one statement and lists of keys as arrays.</summary>
[Collection(PostgresCollection.Name), Trait("Needs", "PostgreSQL")]
public sealed class PostgresBatchTests(PostgresServer server)
{
    [PostgresFact]
    public async Task Who_is_on_file_or_comes_twice_is_left_out()
    {
        await using var desk = await BatchDesk.OpenAsync(await server.CreateDatabaseAsync());
        await ImportTests.LeftOutAsync(desk);
    }

    [PostgresFact]
    public async Task An_imported_patient_is_as_any_other_and_has_no_access()
    {
        await using var desk = await BatchDesk.OpenAsync(await server.CreateDatabaseAsync());
        await ImportTests.AsAnyOtherAsync(desk);
    }

    [PostgresFact]
    public async Task All_that_match_are_given_access_and_invited_once()
    {
        await using var desk = await BatchDesk.OpenAsync(await server.CreateDatabaseAsync());
        await OnboardingTests.OnceAsync(desk);
    }

    [PostgresFact]
    public async Task What_came_to_be_shared_or_was_changed_after_the_dry_run_is_not_promoted()
    {
        await using var desk = await BatchDesk.OpenAsync(await server.CreateDatabaseAsync(), Cast.Erin());
        await BackfillTests.ChangedAsync(desk);
    }
}
