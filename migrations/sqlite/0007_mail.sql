-- Everything that leaves: a row commits with the change that causes it. Workers claim it, deliver it, try again, give up.
create table outbox (
    -- Also the left part of the Message-ID: the same at every try.
    id           text primary key,
    -- mail
    kind         text not null,
    -- What it is about: one row for one event.
    event        text not null unique,
    account_id   text,
    recipient    text not null,
    payload      text not null,
    created_at   integer not null,
    due_at       integer not null,
    attempts     integer not null default 0,
    delivered_at integer,
    failed_at    integer,
    last_error   text
) strict;
create index outbox_due on outbox (due_at) where delivered_at is null and failed_at is null;

-- What a mailed link may do, once. The token is stored hashed; the row says whose it is (H04).
create table mail_links (
    token_hash   blob primary key,
    purpose      text not null,
    account_id   text not null references accounts (id) on delete cascade,
    -- The address that following it proves.
    address      text not null,
    -- The flow cookie of the browser that asked, hashed: another browser proves itself by the password (P03).
    browser_hash blob,
    created_at   integer not null,
    expires_at   integer not null,
    used_at      integer
) strict;
create index mail_links_by_account on mail_links (account_id, purpose);
