create schema if not exists "app" authorization admin;
-- An old chain: this view is kept as a file now.
create view scores as select 1 as id;
create function f() returns int language plpgsql as $$
begin
  select something that is no SQL; begin; commit;
end $$;
do $body$ begin execute 'create view made_by_a_body as select 1'; end $body$;
comment on view scores is 'old';
