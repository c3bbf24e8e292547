-- What the Region declares, each as one JSON document: read whole into memory, never searched.
create table applications (
    id       text collate "C" primary key,
    document text not null
);

create table profiles (
    id       text collate "C" primary key,
    document text not null
);

create table clients (
    id         text collate "C" primary key,
    document   text not null,
    -- declared (config/) | registered (by the desk or dynamically)
    origin     text not null,
    created_at bigint not null,
    updated_at bigint not null
);

-- Counters that the nodes watch to reload what they keep in memory.
create table versions (
    name  text primary key,
    value bigint not null
);
insert into versions (name, value) values ('catalogue', 1), ('establishments', 1), ('keys', 1);
