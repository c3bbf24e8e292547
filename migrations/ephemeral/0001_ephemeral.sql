-- SQLite's second file (synchronous=NORMAL): losing it costs one more sign-in, never a right.
create table ephemeral (
    space      text not null,
    key        text not null,
    value      blob not null,
    expires_at integer not null,
    primary key (space, key)
) strict, without rowid;
create index ephemeral_by_expiry on ephemeral (expires_at);

create table buckets (
    key        text primary key,
    -- Generic cell rate: the theoretical arrival time, milliseconds.
    tat        integer not null
) strict, without rowid;
