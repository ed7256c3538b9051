using Orleans.Concurrency;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Organisations;

/// <inheritdoc cref="ILogoGrain" />
/// <remarks>Sign-in pages of people who come for the first time all ask for the same picture: the last one is kept.</remarks>
[StatelessWorker]
public sealed class LogoGrain(Database database, TimeProvider time) : PortalGrain(time), ILogoGrain
{
    private LogoPicture? _last;

    /// <inheritdoc />
    public async Task<LogoPicture?> Get(string hash)
    {
        if (!LogoFile.IsHash(hash)) return null;
        // Taken away at once: what is kept is served only while it is in force.
        if (_last?.Logo.Hash == hash && (await OrganisationAsync())?.Logo?.Hash == hash) return _last;
        return _last = await LogoTable.ReadAsync(database, Organisation, hash);
    }

    /// <inheritdoc />
    public async Task<LogoOutcome> Propose(byte[] bytes)
    {
        var outcome = LogoFile.Judge(bytes);
        if (outcome is not LogoOutcome.Stored stored || await OrganisationAsync() is not { } organisation) return outcome;
        var picture = new LogoPicture { Logo = stored.Logo, Bytes = bytes };
        await database.WriteAsync(LogoTable.Propose(Organisation, picture, organisation.Logo?.Hash, Now));
        return outcome;
    }
}
