-- Everything that a view can carry and that no file states: what a person puts on "My Schema"."Gene Scores".
grant usage, create on schema "My Schema" to public;
grant all on "My Schema".genes to public;
create table log (id bigint, word text);
create sequence numbers;
create function instead() returns trigger language plpgsql as 'begin return new; end';

alter view "My Schema"."Gene Scores" set (security_barrier = true, check_option = local);
alter view "My Schema"."Gene Scores" alter column "order" set default 'it''s a word';
alter view "My Schema"."Gene Scores" alter column id set default nextval('numbers');
create sequence "My Schema"."its own" owned by "My Schema"."Gene Scores"."order";
comment on view "My Schema"."Gene Scores" is 'it''s a view';
comment on column "My Schema"."Gene Scores"."order" is 'a column';
comment on type "My Schema"."Gene Scores" is 'its row';

create trigger "Tr Ig" instead of insert on "My Schema"."Gene Scores" for each row execute function instead();
comment on trigger "Tr Ig" on "My Schema"."Gene Scores" is 'a trigger';
create rule "Ru Le" as on delete to "My Schema"."Gene Scores" do instead (insert into log values (old.id, old."order"); select 1);
comment on rule "Ru Le" on "My Schema"."Gene Scores" is 'a rule; of two statements';

-- The owner's own rights cut, a grant option used by who has it, columns.
alter view "My Schema"."Gene Scores" owner to zoo_owner;
revoke all on "My Schema"."Gene Scores" from zoo_owner;
grant select, insert on "My Schema"."Gene Scores" to zoo_owner;
grant select on "My Schema"."Gene Scores" to "Zoo Reader" with grant option;
grant update ("order"), select ("order", word) on "My Schema"."Gene Scores" to zoo_clerk;
set role "Zoo Reader";
grant select on "My Schema"."Gene Scores" to zoo_clerk;
reset role;
grant select on "My Schema"."Gene Scores" to public;

-- A new view gets these; the one that is put back must not.
alter default privileges grant insert, delete on tables to zoo_clerk;
alter default privileges revoke execute on functions from public;
