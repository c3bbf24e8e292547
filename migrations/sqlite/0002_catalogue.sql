-- What the Region declares, each as one JSON document: read whole into memory, never searched.
create table applications (
    id       text primary key,
    document text not null
) strict;

create table profiles (
    id       text primary key,
    document text not null
) strict;

create table clients (
    id         text primary key,
    document   text not null,
    -- declared (config/) | registered (by the desk or dynamically)
    origin     text not null,
    created_at integer not null,
    updated_at integer not null
) strict;

-- Counters that the nodes watch to reload what they keep in memory.
create table versions (
    name  text primary key,
    value integer not null
) strict;
insert into versions (name, value) values ('catalogue', 1), ('establishments', 1), ('keys', 1);
