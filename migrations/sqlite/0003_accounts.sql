-- strict: a value of the wrong type is refused, as on PostgreSQL. Booleans are integers here.
create table accounts (
    id                  text primary key,
    -- The sign-in identifier; `email_key` is its canonical form, one account each.
    email               text not null,
    email_key           text not null unique,
    contact_email       text not null,
    contact_verified_at integer,
    password_hash       text not null,
    civility            text,
    given_name          text not null,
    family_name         text not null,
    locale              text not null default 'fr',
    -- pending | active | disabled
    status              text not null,
    created_at          integer not null,
    updated_at          integer not null
) strict;

create table attachments (
    id             text primary key,
    account_id     text not null references accounts (id) on delete cascade,
    uai            text not null references establishments (uai),
    profile        text not null,
    administrator  integer not null default false,
    legacy_account text,
    since          integer not null,
    ended_at       integer,
    ended_by       text,
    end_reason     text
) strict;
-- One person holds a profile at an establishment once.
create unique index attachments_active on attachments (account_id, uai, profile) where ended_at is null;
create index attachments_by_establishment on attachments (uai) where ended_at is null;

create table sessions (
    -- SHA-256 of the cookie's value.
    id_hash    blob primary key,
    sid        text not null unique,
    account_id text not null references accounts (id) on delete cascade,
    auth_time  integer not null,
    amr        text not null,
    acr        text not null,
    attachment text,
    user_agent text,
    address    text,
    created_at integer not null,
    seen_at    integer not null,
    expires_at integer not null,
    ended_at   integer
) strict;
create index sessions_by_account on sessions (account_id);
