-- Establishments of the national directory. Never deleted: what leaves the directory gets unlisted_at.
create table establishments (
    uai             text primary key,
    name            text not null,
    -- The Region's own code and name (codes.csv).
    code            text unique,
    code_name       text,
    kind            text,
    sector          text,
    address_1       text,
    address_2       text,
    address_3       text,
    postal_code     text,
    city            text,
    commune_code    text,
    department_code text,
    department      text,
    academy_code    text,
    academy         text,
    phone           text,
    web             text,
    mail            text,
    siret           text,
    latitude        text,
    longitude       text,
    opened_on       text,
    state           text,
    ministry        text,
    nature_code     text,
    nature          text,
    mother_uai      text,
    mother_link     text,
    unlisted_at     integer,
    created_at      integer not null,
    updated_at      integer not null
) strict;
create index establishments_by_mother on establishments (mother_uai) where mother_uai is not null;

-- Every site of the establishments that have several; position 1 is the principal one.
create table establishment_sites (
    uai         text not null references establishments (uai),
    position    integer not null,
    name        text not null,
    address_1   text,
    address_2   text,
    address_3   text,
    postal_code text,
    city        text,
    phone       text,
    mail        text,
    latitude    text,
    longitude   text,
    primary key (uai, position)
) strict;

-- One row per file that was imported; a dry run leaves none.
create table imports (
    id           text primary key,
    -- establishments | codes
    kind         text not null,
    file_name    text not null,
    sha256       text not null,
    -- Absence from the file said nothing.
    partial      integer not null,
    started_at   integer not null,
    finished_at  integer not null,
    row_count    integer not null,
    rejected     integer not null,
    warnings     integer not null,
    added        integer not null,
    changed      integer not null,
    unlisted     integer not null,
    relisted     integer not null
) strict;

-- What each import changed. Append-only.
create table establishment_changes (
    import_id text not null references imports (id),
    uai       text not null references establishments (uai),
    -- added | changed | unlisted | relisted
    kind      text not null,
    -- {"name":{"old":"…","new":"…"}}
    fields    text not null,
    primary key (import_id, uai)
) strict;
create index establishment_changes_by_uai on establishment_changes (uai);
