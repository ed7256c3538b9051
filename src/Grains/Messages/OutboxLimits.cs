namespace Portal.Grains.Messages;

/// <summary>Figures of the outbox. All ours unless a source is named.</summary>
public static class OutboxLimits
{
    /// <summary>Wait before the second attempt; each further one waits twice as long as the one before.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest wait between two attempts: servers that defer strangers ("greylisting") let them in after 1 to 60 minutes.
    /// </summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    /// <summary>The longest wait between two attempts of a code, whose ten minutes run.</summary>
    public static readonly TimeSpan LongestDelayOfCode = TimeSpan.FromMinutes(1);

    /// <summary>The wait before a message that this process cannot read is looked at again.</summary>
    public static readonly TimeSpan WaitOfUnread = TimeSpan.FromMinutes(1);

    /// <summary>Part of a wait that is left to chance, on either side, so that what failed together is not tried together again.</summary>
    public const double Jitter = 0.2;

    /// <summary>
    /// A message without a deadline of its own is given up after this. RFC 5321 4.5.4.1 asks for 4 to 5 days of relays; a clinic wants to
    /// know sooner.
    /// </summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(2);

    /// <summary>Attempts a message gets, however long it has.</summary>
    public const int MostAttempts = 60;

    /// <summary>How long one attempt may take in all; more than the transports' own limits together.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a process that took a message has it for itself. Must exceed <see cref="Attempt"/>; after a crash another process waits
    /// this long.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    /// <summary>How long one attempt to send a code may take in all: somebody sits and waits for it.</summary>
    public static readonly TimeSpan AttemptOfCode = TimeSpan.FromSeconds(30);

    /// <summary>How long a process that took a code has it for itself: <see cref="AttemptOfCode"/>, and as long to wait its turn.</summary>
    public static readonly TimeSpan LeaseOfCode = TimeSpan.FromMinutes(1);

    /// <summary>How long a process has a message for itself.</summary>
    /// <param name="code">Whether it is a code.</param>
    public static TimeSpan LeaseOf(bool code) => code ? LeaseOfCode : Lease;

    /// <summary>How long one attempt may take.</summary>
    /// <param name="code">Whether it is a code.</param>
    public static TimeSpan AttemptOf(bool code) => code ? AttemptOfCode : Attempt;

    /// <summary>How often the table is searched for what is due.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Messages of one channel waiting in memory; further ones wait in the table only.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>
    /// Messages taken from the table ahead for each place of a transport: a second's work at 50 ms each, and sent well within the lease
    /// at 5 s each.
    /// </summary>
    public const int ClaimedPerPlace = 20;

    /// <summary>Rows taken from the table at once, whatever the places.</summary>
    public const int MostClaimed = 1000;

    /// <summary>How long a settled message stays in the delivery log: the adoption picture looks back 13 months.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    /// <summary>How long a message that went nowhere is kept.</summary>
    public static readonly TimeSpan RetentionOfNone = TimeSpan.FromDays(1);

    /// <summary>How often what is too old is removed.</summary>
    public static readonly TimeSpan PurgeInterval = TimeSpan.FromHours(1);

    /// <summary>Rows removed in one transaction.</summary>
    public const int MostPurged = 1000;

    /// <summary>Characters of an id and of a deduplication key.</summary>
    public const int LongestId = 200;

    /// <summary>Characters of an address (RFC 5321 4.5.3.1.3).</summary>
    public const int LongestAddress = 254;

    /// <summary>Rows of the delivery log returned at once.</summary>
    public const int MostRecords = 200;
}
