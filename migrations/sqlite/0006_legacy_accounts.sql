-- Shared accounts of the old portal, as imported.
create table legacy_accounts (
    identifier    text primary key,
    uai           text not null references establishments (uai),
    profile       text not null,
    email         text,
    -- Never a bare fast hash: those are wrapped in argon2id.
    password_hash text not null,
    -- Set when the right password replaced the imported hash; a later import then leaves the hash alone.
    upgraded_at   integer,
    imported_at   integer not null,
    updated_at    integer not null
) strict;
create index legacy_accounts_by_establishment on legacy_accounts (uai);
