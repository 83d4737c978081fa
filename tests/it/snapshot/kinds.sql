-- Something of every kind that a snapshot knows, most with something unusual.
create schema "My Schema";
comment on schema "My Schema" is 'a schema';
grant usage on schema "My Schema" to zoo_clerk;

create extension citext;
create type mood as enum ('sad', 'it''s ok', 'happy');
comment on type mood is 'an enum';
create type pair as (a int, "B b" text collate "C");
create type "My Schema".span as range (subtype = float8, subtype_diff = float8mi);
create domain score as numeric(5, 2) default 1.5 not null constraint low check (value >= 0) constraint high check (value < 100);
comment on constraint low on domain score is 'a check of a domain';
grant usage on type mood to zoo_clerk;

create sequence counter as int increment 5 minvalue 5 maxvalue 5000 start 10 cache 3 cycle;
grant usage on sequence counter to "Zoo Reader";

create table panels (
  id bigint generated always as identity (start 100 increment 10) primary key,
  name text collate "C" not null unique,
  made timestamptz not null default now(),
  feeling mood default 'happy',
  size int check (size > 0),
  twice int generated always as (size * 2) stored
);
comment on table panels is 'panels';
comment on column panels.name is 'it''s a name';

create table genes (
  id serial primary key,
  panel bigint references panels (id) on delete cascade on update restrict deferrable initially deferred,
  symbol varchar(20),
  scored score,
  note text,
  tags text[] default '{}',
  alias citext,
  at timestamp(3),
  during int4range,
  exclude using gist (during with &&) where (panel is null),
  constraint "Ch Eck" check (symbol <> '') no inherit
);
alter table genes add constraint later foreign key (panel) references panels (id) not valid;
alter table genes alter note set storage external, alter note set statistics 50, alter symbol set compression pglz,
  alter id set (n_distinct = -0.5);
alter table genes set (fillfactor = 80, toast.autovacuum_enabled = false);
create unique index genes_symbol on genes (lower(symbol), panel desc) include (note) where panel > 0;
create index genes_note on genes (note collate "C") with (fillfactor = 70);
comment on index genes_note is 'an index';
alter table genes cluster on genes_note;
create statistics genes_statistics (ndistinct) on panel, symbol from genes;
alter statistics genes_statistics set statistics 99;
grant select on genes to "Zoo Reader" with grant option;
grant update (symbol), select (note) on genes to zoo_clerk;

create unlogged table notes (k int, word text);
alter table notes replica identity full;
alter table notes enable row level security, force row level security;
create policy mine on notes as restrictive for select to zoo_clerk using (k > 0);
create policy all_of_it on notes using (true) with check (word <> '');
comment on policy mine on notes is 'a policy';

create table parted (k int not null, day date not null, word text default 'x') partition by range (day);
create table parted_old partition of parted for values from (minvalue) to ('2020-01-01');
create table parted_new partition of parted default partition by hash (k);
create table parted_new_one partition of parted_new for values with (modulus 2, remainder 0);
alter table parted_old alter word set default 'y';
create index parted_day on parted (day);
create table child (more int) inherits (notes);

create foreign data wrapper wrapper options (debug 'true');
create server far type 'x' foreign data wrapper wrapper options (host 'there');
create foreign table outside (id int options (column_name 'ID') not null, word text) server far options (table_name 'T');

create function weigh(x int, y numeric default 1.5) returns numeric language sql immutable strict parallel safe cost 7
  as 'select x * y';
comment on function weigh is 'a function';
create function "My Schema".rows_of(panel bigint) returns setof int stable rows 7 security definer set search_path = public
  begin atomic select g.id from genes g where g.panel = rows_of.panel; end;
revoke execute on function weigh from public;
grant execute on function weigh to zoo_clerk;
create procedure tidy(inout k int) language plpgsql as $$ begin k := k + 1; end $$;
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0', parallel = safe);
comment on aggregate total(int) is 'an aggregate';
alter table genes alter scored set default weigh(2);

create view gene_names with (security_barrier) as select g.id, g.symbol, p.name from genes g join panels p on p.id = g.panel;
create view "My Schema"."Above" as select n.id, n.name from gene_names n where n.symbol is not null;
alter view gene_names alter column symbol set default 'none';
comment on view gene_names is 'a view';
comment on column gene_names.symbol is 'a column of a view';
create materialized view gene_counts with (fillfactor = 90) as select panel, count(*) as many from genes group by panel;
alter materialized view gene_counts alter panel set statistics 11;
create unique index gene_counts_panel on gene_counts (panel);
create materialized view never as select many from gene_counts with no data;

create rule quiet as on insert to gene_names do instead nothing;
create rule loud as on delete to notes do also insert into notes values (old.k, 'gone');
alter table notes disable rule loud;
create function touch() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$;
create trigger touched before insert or update of note, symbol on genes for each row when (new.note is not null)
  execute function touch('a');
comment on trigger touched on genes is 'a trigger';
alter table genes disable trigger touched;
create constraint trigger checked after delete on genes deferrable for each row execute function touch();
alter table genes enable always trigger checked;

create function watch() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger watching on ddl_command_start when tag in ('DROP TABLE', 'DROP VIEW') execute function watch();
alter event trigger watching disable;

create collation "My Schema".mixed (lc_collate = 'C', lc_ctype = 'POSIX');
create collation plain (locale = 'C');
comment on collation plain is 'a collation';
create table words (word text collate "My Schema".mixed, other text collate plain);
create text search dictionary short (template = simple, stopwords = english);
create text search configuration "My Schema".words (parser = "default");
alter text search configuration "My Schema".words add mapping for asciiword, word with short, english_stem;
comment on text search configuration "My Schema".words is 'a configuration';
create index words_word on words using gin (to_tsvector('"My Schema".words', other));
create function same(a mood, b mood) returns boolean language sql immutable as 'select a::text = b::text';
create operator "My Schema".=== (leftarg = mood, rightarg = mood, function = same, commutator = operator("My Schema".===),
  restrict = eqsel);
create function hash_mood(a mood) returns int language sql immutable as 'select 1';
create operator !! (rightarg = mood, function = hash_mood);
comment on operator "My Schema".=== (mood, mood) is 'an operator';
comment on operator !! (none, mood) is 'a prefix operator';
create view same_moods as select feeling operator("My Schema".===) feeling as same, !! feeling as hashed from panels;
create cast (mood as int) with function hash_mood(mood) as assignment;
comment on cast (mood as int) is 'a cast';
create publication "a few" for table genes, words with (publish = 'insert, update');
create publication every for all tables;
comment on publication "a few" is 'a publication';
alter default privileges in schema "My Schema" grant select on tables to zoo_clerk with grant option;
alter default privileges revoke execute on functions from public;
alter default privileges for role zoo_owner grant usage on sequences to "Zoo Reader";

alter collation plain owner to zoo_owner;
alter operator !! (none, mood) owner to zoo_owner;
alter table notes owner to zoo_owner;
alter function touch owner to zoo_other_owner;
