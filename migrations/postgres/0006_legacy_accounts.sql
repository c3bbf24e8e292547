-- Shared accounts of the old portal, as imported.
create table legacy_accounts (
    identifier    text collate "C" primary key,
    uai           text collate "C" not null references establishments (uai),
    profile       text not null,
    email         text,
    -- Never a bare fast hash: those are wrapped in argon2id.
    password_hash text not null,
    -- Set when the right password replaced the imported hash; a later import then leaves the hash alone.
    upgraded_at   bigint,
    imported_at   bigint not null,
    updated_at    bigint not null
);
create index legacy_accounts_by_establishment on legacy_accounts (uai);
