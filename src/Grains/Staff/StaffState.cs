using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Staff;

/// <summary>One staff member. An empty <see cref="Email"/> is nobody: then only the budgets mean anything.</summary>
[GenerateSerializer, Alias("portal.StaffState")]
public sealed record StaffState : IUntold<StaffState>
{
    /// <summary>Name as shown to colleagues and patients.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Sign-in address in canonical form; empty where there is nobody.</summary>
    [Id(1)] public string Email { get; init; } = "";

    /// <summary>Role.</summary>
    [Id(2)] public StaffRole Role { get; init; }

    /// <summary>The password's hash with its parameters.</summary>
    [Id(3)] public string PasswordHash { get; init; } = "";

    /// <summary>The authenticator's secret, encrypted under the installation's secret.</summary>
    [Id(4)] public byte[] TotpSecret { get; init; } = [];

    /// <summary>The time step of the last authenticator code accepted; no code of it or an earlier one is accepted again.</summary>
    [Id(5)] public long TotpStep { get; init; }

    /// <summary>The operation that used it, which alone may come again with it.</summary>
    [Id(6)] public string TotpOperation { get; init; } = "";

    /// <summary>Sessions of an older epoch are dead.</summary>
    [Id(7)] public int Epoch { get; init; }

    /// <summary>Wrong passwords from browsers that have signed in as this staff member before, within a day, the newest last.</summary>
    [Id(8)] public DateTimeOffset[] WrongFromKnown { get; init; } = [];

    /// <summary>Wrong passwords from all other browsers together, likewise.</summary>
    [Id(9)] public DateTimeOffset[] WrongFromUnknown { get; init; } = [];

    /// <summary>Wrong authenticator codes, likewise.</summary>
    [Id(10)] public DateTimeOffset[] WrongTotp { get; init; } = [];

    /// <inheritdoc />
    [Id(11)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public StaffState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}
