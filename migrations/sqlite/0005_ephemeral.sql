-- On SQLite the ephemeral tables lie in a second file: see migrations/ephemeral.
select 1;
