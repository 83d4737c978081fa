set search_path to app, public;
set check_function_bodies to off;

-- Views: options, columns that were renamed, defaults, rules, comments, grants.
create view plain as select id, symbol, "Order" as "order", score from genes where score > 1 and symbol <> 'x;''y';
create view guarded with (security_barrier) as select * from plain;
create view checked as select id, tier from genes where tier = 'high' with local check option;
create view renamed as select id as a, symbol as b from genes;
alter view renamed rename column a to "A b";
create recursive view ancestors (id, depth) as
  select id, 0 from genes where parent is null union all select g.id, a.depth + 1 from genes g join ancestors a on g.parent = a.id;
create view rows as values (1, 'a'), (2, 'b');
create view windowed as
  select id, rank() over w, sum(score) filter (where score > 0) over (partition by tier order by id rows between 1 preceding and current row) as near,
         count(*) over w as n
    from genes window w as (partition by tier order by score desc nulls last);
create view grouped as
  select tier, date_trunc('month', seen) as month, count(*), grouping(tier) as g, array_agg(distinct symbol order by symbol) as symbols,
         percentile_cont(0.5) within group (order by score) as median
    from genes group by grouping sets ((tier, date_trunc('month', seen)), ()) having count(*) > 0;
create view joined as
  with s as materialized (select id, score from genes), l as (select gene, max(at) as last from log group by gene)
  select g.id, s.score, l.last, p.name, x.n, case when g.score is null then 'none' else 'some' end as has,
         g.symbol like 'A%' as is_a, g.seen at time zone 'UTC' as utc, g.score::int % 2 as odd, (g.id, g.symbol) = (1, 'a') as both,
         extract(year from g.seen) as year, coalesce(g.symbol, '') collate "C" as sorted, interval '1 day 2 hours' as span,
         array[1, 2, 3] as list, (array[1, 2, 3])[2] as second, e'tab\there' as tab, date '2024-02-03' as day
    from genes g
    left join s using (id)
    left join l on l.gene = g.id
   cross join lateral (select count(*) as n from log where log.gene = g.id) x
    full join stats.panels p on g.id = any (p.genes)
   where exists (select from log where log.gene = g.id and log.what is distinct from 'gone')
      or g.id in (select gene from log) and not g.symbol similar to '(a|b)%';
create view combined as
  (select id, symbol from genes where score > 2 order by id limit 5)
  union all (select id, what from log offset 1 fetch first 3 rows only)
  except select id, name from stats.panels;
create view jsonish as
  select id, jsonb_build_object('a', symbol) -> 'a' as a, to_jsonb(g) #>> '{symbol}' as s, t.k
    from genes g, jsonb_to_recordset('[{"k": 1}]') as t(k int), generate_series(1, 3) with ordinality as s(v, o)
   where jsonb_build_object('a', symbol) @> '{"a": "b"}' and g.code !~~* 'x%';
create view sampled as select id from genes tablesample bernoulli (50) repeatable (1);
create view stats.per_panel as select p.id, p.name, count(g.id) as genes from stats.panels p left join app.plain g on g.id = any (p.genes) group by p.id;
create view whole_rows as select g, g.id from genes g;
create view editable as select id, symbol, tier from genes;
alter view editable alter column tier set default 'high';
alter view editable alter column symbol set default 'A' || 'B';
create rule quiet as on delete to editable do instead nothing;
create rule told as on update to editable where new.id <> old.id
  do instead (insert into log (gene, what) values (old.id, 'moved'); update genes set id = new.id where id = old.id);
comment on rule told on editable is 'moves';
comment on view editable is E'two\nlines with ''quotes'' and a \\ sign';
comment on column editable.tier is 'its tier';
grant select on editable to public;
grant select, insert on editable to zoo_clerk with grant option;
grant update (symbol, tier), select (symbol) on editable to "Zoo Reader";
revoke delete, truncate on editable from current_user;
alter view guarded owner to zoo_owner;
grant all on guarded to zoo_clerk;

-- Materialized views: options, indexes, statistics.
create materialized view summary with (fillfactor = 70, autovacuum_enabled = false) as
  select tier, count(*) as n, sum(score) as total, lower(max(symbol)) as top from genes group by tier;
create unique index summary_tier on summary (tier);
create index "Summary N" on summary using btree (n desc nulls last, (total + 1)) include (top) where n > 0;
create index summary_top on summary (lower(top) text_pattern_ops);
comment on index summary_tier is 'one row a tier';
create statistics summary_statistics (ndistinct, mcv) on tier, n from summary;
comment on statistics summary_statistics is 'tiers';
comment on materialized view summary is 'by tier';
comment on column summary.n is 'how many';
grant select on summary to zoo_clerk;
create materialized view stats.filled as select * from app.summary;
create index on stats.filled (n);
create materialized view empty as select id from plain with no data;
create view on_empty as select count(*) as n from empty;

-- Routines: languages, overloads, arguments of every mode, bodies that are parsed, a language of words.
create function label(genes) returns text language sql stable return $1.symbol || '!';
create view labelled as select g.label, g.id from genes g;
create function touch() returns trigger language plpgsql as $f$
begin
  -- a comment; with 'quotes' and $$dollars$$
  insert into app.log (gene, what) values (new.id, tg_op);
  return new;
end
$f$;
create function instead() returns trigger language plpgsql as 'begin return new; end';
create function tier_of(score numeric, cut numeric default 5.5) returns tier language sql immutable parallel safe leakproof cost 3
  as $$ select case when score > cut then 'high'::app.tier else 'low' end $$;
create function tier_of(symbol text) returns tier language sql stable security definer set search_path = app, pg_temp set work_mem = '8MB'
  as 'select tier from genes where genes.symbol = $1';
create function tier_of() returns tier language sql begin atomic select tier from genes limit 1; end;
create function listed(variadic names text[]) returns setof genes language sql stable rows 7
  as 'select * from app.genes where symbol = any (names)';
create function tabled(cut int, out a int, inout b text, out c numeric[]) returns setof record language plpgsql strict
  as 'begin return; end';
create function as_table(n int) returns table (id bigint, "Sym bol" text) language sql begin atomic
  select g.id, g.symbol from genes g where g.id < n; end;
create function of_view(plain) returns numeric language sql return ($1).score;
create function poly(anyarray, anyelement default null) returns anyelement language sql immutable as 'select $1[1]';
create function calls_later() returns bigint language sql stable as 'select n from app.uses_routines';
create view uses_routines as select count(*) as n from genes where tier_of(score::numeric) = 'high' and score > all (select t.score from listed('a', 'b') t);
create function windowed_one() returns int language sql window immutable as 'select 1';
create procedure tidy(keep int default 3, inout gone int default null) language plpgsql as $p$
begin
  delete from app.log where id > keep;
end $p$;
create procedure atomic_tidy(days int) begin atomic
  delete from log where at < now() - make_interval(days => days);
  insert into log (what) values ('tidied');
end;
comment on procedure tidy(int, int) is 'tidies';
comment on function tier_of(numeric, numeric) is 'by score';
revoke all on function tier_of(text) from public;
grant execute on function tier_of(text) to zoo_clerk;
grant execute on procedure tidy to "Zoo Reader" with grant option;
revoke execute on procedure tidy from public;
alter function label(genes) owner to zoo_owner;

-- Aggregates.
create function add_up(numeric, numeric) returns numeric language sql immutable as 'select coalesce($1, 0) + coalesce($2, 0)';
create aggregate total(numeric) (sfunc = add_up, stype = numeric, initcond = '0', combinefunc = add_up, parallel = safe);
create aggregate longest(text) (sfunc = text_larger, stype = text, sortop = >);
create aggregate tallied(*) (sfunc = int8inc, stype = bigint, initcond = '0');
create aggregate middle(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
comment on aggregate total(numeric) is 'adds up';
comment on aggregate tallied(*) is 'counts';
grant execute on function tallied() to zoo_clerk;
revoke execute on function total(numeric) from public;
create view aggregated as select total(score) as t, tallied(*) as n, longest(symbol) as l from genes;

-- Triggers, also of views, of partitioned tables, that are disabled, of a constraint.
create trigger touched after insert or update of symbol, score on genes for each row when (new.score > 1 and new.symbol <> 'it''s') execute function touch();
create trigger "Truncated!" before truncate on log execute function touch();
create trigger changes after update on genes referencing old table as o new table as n for each statement execute function touch();
create trigger instead instead of insert on plain for each row execute function instead();
create constraint trigger later after insert on log deferrable initially deferred for each row execute function touch('a', 'b ''c''');
create trigger parts after insert on parted for each row execute function touch();
create trigger off before update on genes for each row execute function touch();
alter table genes disable trigger off;
create trigger always before delete on genes for each row execute function touch();
alter table genes enable always trigger always;
comment on trigger touched on genes is 'touches';
