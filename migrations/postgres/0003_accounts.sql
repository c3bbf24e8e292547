-- collate "C": the same order as SQLite, whatever the cluster's locale.
create table accounts (
    id                  text collate "C" primary key,
    -- The sign-in identifier; `email_key` is its canonical form, one account each.
    email               text not null,
    email_key           text collate "C" not null unique,
    contact_email       text not null,
    contact_verified_at bigint,
    password_hash       text not null,
    civility            text,
    given_name          text not null,
    family_name         text not null,
    locale              text not null default 'fr',
    -- pending | active | disabled
    status              text not null,
    created_at          bigint not null,
    updated_at          bigint not null
);

create table attachments (
    id             text collate "C" primary key,
    account_id     text collate "C" not null references accounts (id) on delete cascade,
    uai            text collate "C" not null references establishments (uai),
    profile        text not null,
    administrator  boolean not null default false,
    legacy_account text,
    since          bigint not null,
    ended_at       bigint,
    ended_by       text,
    end_reason     text
);
-- One person holds a profile at an establishment once.
create unique index attachments_active on attachments (account_id, uai, profile) where ended_at is null;
create index attachments_by_establishment on attachments (uai) where ended_at is null;

create table sessions (
    -- SHA-256 of the cookie's value.
    id_hash    bytea primary key,
    sid        text collate "C" not null unique,
    account_id text collate "C" not null references accounts (id) on delete cascade,
    auth_time  bigint not null,
    amr        text not null,
    acr        text not null,
    attachment text,
    user_agent text,
    address    text,
    created_at bigint not null,
    seen_at    bigint not null,
    expires_at bigint not null,
    ended_at   bigint
);
create index sessions_by_account on sessions (account_id);
