create table signing_keys (
    kid            text collate "C" primary key,
    algorithm      text not null,
    public_jwk     text not null,
    -- The private JWK, sealed under the master key.
    sealed_jwk     bytea not null,
    created_at     bigint not null,
    -- Published from the start, signs from here on.
    active_from    bigint not null,
    retired_at     bigint
);

-- Keys of the envelopes that travel (flows, codes): sealed under the master key, shared by the nodes.
create table sealing_keys (
    id         text collate "C" primary key,
    sealed     bytea not null,
    created_at bigint not null
);

-- One row per redeemed authorization code; its insertion is the redemption.
create table grants (
    id          text collate "C" primary key,
    client_id   text not null,
    account_id  text collate "C" not null references accounts (id) on delete cascade,
    sid         text not null,
    scope       text not null,
    attachment  text,
    auth_time   bigint not null,
    acr         text not null,
    created_at  bigint not null,
    revoked_at  bigint,
    revoked_for text
);
create index grants_by_session on grants (sid);
create index grants_by_account on grants (account_id, client_id);

create table consents (
    account_id text collate "C" not null references accounts (id) on delete cascade,
    client_id  text not null,
    scope      text not null,
    granted_at bigint not null,
    primary key (account_id, client_id)
);

-- Who, what, when, from where. Append-only.
create table journal (
    id            text collate "C" primary key,
    at            bigint not null,
    actor         text not null,
    action        text not null,
    subject       text,
    uai           text,
    details       text not null,
    address       text
);
create index journal_by_time on journal (at);
create index journal_by_actor on journal (actor, at);
