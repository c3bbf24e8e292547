create table signing_keys (
    kid            text primary key,
    algorithm      text not null,
    public_jwk     text not null,
    -- The private JWK, sealed under the master key.
    sealed_jwk     blob not null,
    created_at     integer not null,
    -- Published from the start, signs from here on.
    active_from    integer not null,
    retired_at     integer
) strict;

-- Keys of the envelopes that travel (flows, codes): sealed under the master key, shared by the nodes.
create table sealing_keys (
    id         text primary key,
    sealed     blob not null,
    created_at integer not null
) strict;

-- One row per redeemed authorization code; its insertion is the redemption.
create table grants (
    id          text primary key,
    client_id   text not null,
    account_id  text not null references accounts (id) on delete cascade,
    sid         text not null,
    scope       text not null,
    attachment  text,
    auth_time   integer not null,
    acr         text not null,
    created_at  integer not null,
    revoked_at  integer,
    revoked_for text
) strict;
create index grants_by_session on grants (sid);
create index grants_by_account on grants (account_id, client_id);

create table consents (
    account_id text not null references accounts (id) on delete cascade,
    client_id  text not null,
    scope      text not null,
    granted_at integer not null,
    primary key (account_id, client_id)
) strict;

-- Who, what, when, from where. Append-only.
create table journal (
    id            text primary key,
    at            integer not null,
    actor         text not null,
    action        text not null,
    subject       text,
    uai           text,
    details       text not null,
    address       text
) strict;
create index journal_by_time on journal (at);
create index journal_by_actor on journal (actor, at);
