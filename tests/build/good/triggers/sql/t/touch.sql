create function touch() returns trigger language plpgsql as $$ begin new.updated_at = now(); return new; end $$;
create function touch(int) returns int language sql as 'select 1';
create function checked(bigint) returns boolean language sql as 'select true';
create view gene_view as select 1 as id;
