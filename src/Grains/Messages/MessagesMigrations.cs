using Portal.Storage;

namespace Portal.Grains.Messages;

/// <summary>The tables of this feature: <c>outbox</c> and, filled in development only, <c>development_mailbox</c>.</summary>
public static class MessagesMigrations
{
    /// <summary>The component's name for <see cref="Database.MigrateAsync"/>.</summary>
    public const string Component = "messages";

    /// <summary>All migrations.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        new Migration(1, "outbox", """
            CREATE TABLE outbox (
                id TEXT NOT NULL PRIMARY KEY,
                deduplication_key TEXT NULL,
                organisation TEXT NOT NULL,
                patient TEXT NULL,
                kind TEXT NOT NULL,
                channel BIGINT NOT NULL,
                masked_to TEXT NOT NULL,
                state BIGINT NOT NULL,
                priority BIGINT NOT NULL,
                attempts BIGINT NOT NULL,
                queued_at BIGINT NOT NULL,
                next_attempt_at BIGINT NOT NULL,
                owner TEXT NULL,
                settled_at BIGINT NULL,
                failure BIGINT NOT NULL,
                detail TEXT NULL,
                payload BYTEA NULL
            );
            CREATE UNIQUE INDEX outbox_deduplication ON outbox (organisation, deduplication_key) WHERE deduplication_key IS NOT NULL;
            CREATE INDEX outbox_due ON outbox (channel, priority, next_attempt_at, queued_at) WHERE state = 0;
            CREATE INDEX outbox_patient ON outbox (organisation, patient, queued_at) WHERE patient IS NOT NULL;
            CREATE INDEX outbox_undelivered ON outbox (organisation, queued_at) WHERE state >= 2;
            CREATE INDEX outbox_age ON outbox (queued_at);
            """),
        new Migration(2, "development mailbox", """
            CREATE TABLE development_mailbox (
                id TEXT NOT NULL PRIMARY KEY,
                sequence BIGINT NOT NULL,
                sent_at BIGINT NOT NULL,
                recipient TEXT NOT NULL,
                message TEXT NOT NULL
            );
            CREATE INDEX development_mailbox_sequence ON development_mailbox (sequence);
            """),
    ];
}
