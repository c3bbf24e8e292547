-- The ephemeral store when there is no Redis. SQLite keeps the same tables in a second file (migrations/ephemeral).
create table ephemeral (
    space      text collate "C" not null,
    key        text collate "C" not null,
    value      bytea not null,
    expires_at bigint not null,
    primary key (space, key)
);
create index ephemeral_by_expiry on ephemeral (expires_at);

create table buckets (
    key        text collate "C" primary key,
    -- Generic cell rate: the theoretical arrival time, milliseconds.
    tat        bigint not null
);
