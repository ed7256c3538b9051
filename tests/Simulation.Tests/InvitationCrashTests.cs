using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>The way of an invitation from the front desk to the first session, with the disk failing and the process dying at every
/// write.</summary>
public sealed class InvitationCrashTests
{
    private const string Email = "alice@example.org";
    private static readonly DateOnly Born = new(1985, 3, 27);

    [Fact]
    public Task An_invitation_that_was_cut_off_anywhere_is_accepted_once_by_trying_again() => Every.FaultAsync(AcceptAsync);

    [Fact]
    public Task An_invitation_that_was_cut_off_twice_is_accepted_once_by_trying_again() => Every.PairAsync(AcceptAsync, seed: 1121);

    private static async Task<int> AcceptAsync((int, WriteFault)[] faults)
    {
        await using var world = await World.OpenAsync();
        var alice = await world.Portal.RegisterAsync("Alice", email: Email, birth: Born);
        await world.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var where = $"invitation, {string.Join(", ", faults)}";
        var token = Tokens.New();
        var hash = Tokens.Hash(token);
        world.Break(faults);

        var invited = await world.InsistAsync(Cast.Dana(), () =>
            Grain(world, hash).Create(new CreateInvitation { Patient = alice, Token = token }));
        Assert.True(invited == InviteOutcome.Invited, $"{where}: {invited}");
        var code = await ConfirmAsync(world, hash, where);
        var session = Tokens.New();
        var outcome = await world.InsistAsync(World.Somebody, () => world.Session(session).SignInWithInvitation(
            new SignInWithToken { TokenHash = hash, Code = code, Device = World.Phone }));
        Assert.True(outcome is SignInOutcome.SignedIn, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();

        Assert.True(await world.IsAliveAsync(session), where);
        Assert.True((await world.Portal.AsAsync(World.Somebody, () => Grain(world, hash).Get())).State == InvitationState.Accepted, where);
        var view = (await world.Portal.AsAsync(Cast.Dana(), () => world.Portal.Patient(alice).OnlineAccess()))!;
        Assert.True(view.Level == AccessLevel.CanAccess && view.Credentials is [{ Value: Email, VerifiedAt: not null }], where);
        var second = await world.Portal.AsAsync(World.Somebody, () => world.Session(Tokens.New()).SignInWithInvitation(
            new SignInWithToken { TokenHash = hash, Code = code, Device = World.Phone }));
        Assert.False(second is SignInOutcome.SignedIn, $"{where}: accepted twice");
        Assert.True(await world.AuditedAsync(alice, "invitation.accepted") == 1, where);
        await world.CheckInvariantsAsync(where, alice);
        var mails = (await world.Portal.MailAsync(Email)).Count(m => m.Text.Contains($"/invitation/{token}", StringComparison.Ordinal));
        Assert.True(mails == 1, $"{where}: {mails} invitations were sent");
        return writes;
    }

    private static async Task<string> ConfirmAsync(World world, string hash, string where)
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var confirmed = await world.InsistAsync(World.Somebody, () => Grain(world, hash).Confirm(Born, World.Phone));
            Assert.True(confirmed is ConfirmOutcome.Confirmed, $"{where}: {confirmed}");
            if (await world.CodeAsync(Email) is { } code) return code;
            await world.Portal.AdvanceAsync(TimeSpan.FromSeconds(61));
        }

        throw new Xunit.Sdk.XunitException($"{where}: no code ever came");
    }

    private static IInvitationGrain Grain(World world, string hash) =>
        world.Portal.Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(PortalFixture.Riverside, hash));
}
