-- A dependent of every kind that PostgreSQL allows, directly or through others, in a schema of somebody else.
create schema bi;
grant usage, create on schema bi to public;

-- Views, one of them with a rule on the view of the project that reads it: each needs the other.
create view bi.second as select id, "order" from "My Schema"."Gene Scores";
create view bi.third with (security_barrier) as select s.*, g.word from bi.second s join "My Schema"."Gene Scores" g using (id);
create rule back as on update to "My Schema"."Gene Scores" do instead insert into log select id, "order" from bi.third;
comment on rule back on "My Schema"."Gene Scores" is 'back';
create rule plain as on insert to bi.third do also notify third;
create view bi.of_extension as select id from bi.second;
alter extension plpgsql add view bi.of_extension;

-- Materialized views.
create materialized view bi.filled (a, b, "order") with (fillfactor = 70, toast.autovacuum_enabled = false)
  as select id, "order", word from "My Schema"."Gene Scores";
create unique index "filled A" on bi.filled (a) with (fillfactor = 80);
comment on index bi."filled A" is 'an index';
create index filled_expression on bi.filled ((lower(b)), a desc) where a > 0;
alter index bi.filled_expression alter column 1 set statistics 321;
alter materialized view bi.filled cluster on "filled A";
alter materialized view bi.filled alter column b set statistics 77;
alter materialized view bi.filled alter column a set (n_distinct = 5, n_distinct_inherited = -0.5);
alter materialized view bi.filled alter column "order" set storage external;
alter materialized view bi.filled alter column b set compression pglz;
create statistics bi.filled_statistics (ndistinct, dependencies) on a, b from bi.filled;
alter statistics bi.filled_statistics set statistics 99;
comment on statistics bi.filled_statistics is 'statistics';
alter statistics bi.filled_statistics owner to zoo_other_owner;
alter materialized view bi.filled owner to zoo_owner;
grant select on bi.filled to zoo_clerk;
grant select (a) on bi.filled to "Zoo Reader";
comment on materialized view bi.filled is 'filled';
comment on column bi.filled.a is 'its first column';
create materialized view bi.empty as select a from bi.filled with no data;
create view bi.on_filled as select * from bi.filled;

-- Routines: the row type as argument, result, array and table column, and bodies that are parsed.
create function bi.argument(x "My Schema"."Gene Scores") returns bigint
  language sql stable strict cost 7 parallel safe security definer set work_mem = '1MB' as 'select (x).id';
revoke execute on function bi.argument from public;
grant execute on function bi.argument to zoo_clerk;
comment on function bi.argument is 'a function';
alter function bi.argument owner to zoo_other_owner;
create function bi.result() returns setof "My Schema"."Gene Scores" language plpgsql as 'begin end';
create function bi.of_table() returns table (g "My Schema"."Gene Scores"[], h bi.second) language plpgsql as 'begin end';
create function bi.parsed(k int default 3) returns int begin atomic select count(*)::int + k from bi.second; end;
grant execute on function bi.parsed to public;
create procedure bi.procedure(inout r int) begin atomic select count(*)::int from bi.second; end;
grant execute on procedure bi.procedure to zoo_clerk with grant option;
comment on procedure bi.procedure is 'a procedure';
create function bi.of_the_server(x bi.second) returns int language sql as 'select 1';
alter function bi.of_the_server depends on extension plpgsql;

-- What stands on such routines: aggregate, operator, cast.
create function bi.adds(s int, x bi.second) returns int language sql immutable as 'select s + 1';
create aggregate bi.counts(bi.second) (sfunc = bi.adds, stype = int, initcond = '0', parallel = safe);
comment on aggregate bi.counts(bi.second) is 'an aggregate';
grant execute on function bi.counts to zoo_clerk;
alter aggregate bi.counts(bi.second) owner to zoo_other_owner;
create function bi.equal(a bi.second, b bi.second) returns bool language sql immutable as 'select a.id = b.id';
create operator bi.=== (function = bi.equal, leftarg = bi.second, rightarg = bi.second, commutator = operator(bi.===),
  restrict = eqsel, join = eqjoinsel, hashes);
comment on operator bi.=== (bi.second, bi.second) is 'an operator';
create function bi.number(a bi.second) returns bigint language sql immutable as 'select a.id::bigint';
create cast (bi.second as bigint) with function bi.number(bi.second) as assignment;
comment on cast (bi.second as bigint) is 'a cast';

-- Parts of tables: a policy, a rule, and through functions a default, a check, triggers, indexes, statistics, a
-- generated column.
create function bi.holds(int) returns bool immutable begin atomic select $1 > 0 and (null::bi.second) is null; end;
create function bi.next(int) returns int immutable begin atomic select $1 + 1 where (null::bi.second) is null; end;
create function bi.fires() returns trigger language plpgsql as 'begin return new; end';
create table guarded (id int unique, x int, word text);
create policy narrow on guarded as restrictive for update to zoo_clerk, "Zoo Reader"
  using (exists (select from bi.second s where s."order" = guarded.word)) with check (x > (select count(*) from bi.second));
comment on policy narrow on guarded is 'a policy';
create policy wide on guarded for select using (word in (select "order" from bi.second));
create rule quiet as on insert to guarded do also insert into log select id, "order" from bi.second;
comment on rule quiet on guarded is 'a rule';
alter table guarded disable rule quiet;
create rule loud as on insert to guarded do also insert into log select id, "order" from bi.second;
alter table guarded enable always rule loud;
alter table guarded alter column x set default bi.next(4);
alter table guarded add constraint "Ch Eck" check (bi.holds(x)) no inherit not valid;
comment on constraint "Ch Eck" on guarded is 'a check';
create trigger fires before insert or update of x on guarded for each row when (bi.holds(new.x)) execute function bi.fires('a', 'b');
comment on trigger fires on guarded is 'a trigger';
alter table guarded disable trigger fires;
create constraint trigger later after insert on guarded deferrable initially deferred
  for each row when (bi.holds(new.x)) execute function bi.fires();
alter table guarded enable replica trigger later;
create index "guarded X" on guarded (bi.next(x));
comment on index "guarded X" is 'an index';
alter table guarded cluster on "guarded X";
alter index "guarded X" alter column 1 set statistics 55;
create statistics guarded_statistics on (bi.next(x)), word from guarded;
comment on statistics guarded_statistics is 'statistics';
alter table guarded add column z int generated always as (bi.next(id)) stored not null;
comment on column guarded.z is 'generated';
grant select (z), update (z) on guarded to zoo_clerk;
alter table guarded alter column z set statistics 44;
create index guarded_z on guarded (z);
alter table guarded add constraint positive check (z > 0);
alter table guarded add constraint single unique (z);
comment on constraint single on guarded is 'unique';
create view bi.on_generated as select z from guarded;

-- A domain, a partitioned table, a table with children.
create domain held as int constraint one check (bi.holds(value));
alter domain held add constraint two check (value <> 7 or bi.holds(value)) not valid;
comment on constraint two on domain held is 'a check of a domain';
create table parted (id int, k int) partition by range (id);
create table parted_low partition of parted for values from (0) to (10);
create table parted_high partition of parted for values from (10) to (20) partition by list (k);
create table parted_high_one partition of parted_high for values in (1);
create index parted_k on parted (bi.next(k));
comment on index parted_k is 'an index of partitions';
alter index parted_low_next_idx rename to "Low One";
create trigger fires after insert on parted for each row when (bi.holds(new.k)) execute function bi.fires();
alter table parted add constraint held check (bi.holds(k));
create table parent (a int, constraint held check (bi.holds(a)));
create table child (b int) inherits (parent);
create table own_child (a int, constraint held check (bi.holds(a)));
alter table own_child inherit parent;
