-- Writes the ledger from what the catalog says right now. Rows that would not change are not written.
-- Parameters: ledger (schema), project, checksum, schema (the project's), built, viewkeeper (version), history (qualified
-- name or empty), objects (JSON: [{identity, kind, schema, name, table, found, checksum, stated, text, entry, attached}];
-- found: the address of a routine), retired (JSON: [identity]), dropped (JSON: [identity]), taken (JSON: [identity]: somebody
-- else's now), renamed (JSON: [{from, to}]), deparsed
-- (the text of deparsed.sql), made (that of made.sql), standing (that of standing.sql, with its own parameter). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
delete from :"ledger".aside a where a.project = :'project';

insert into :"ledger".project (name) values (:'project') on conflict do nothing;

insert into :"ledger".release (project, checksum, schema, built, viewkeeper)
select :'project', :'checksum', :'schema', :built, :'viewkeeper'
 where not exists (select from :"ledger".project p join :"ledger".release r on r.id = p.release
                    where p.name = :'project' and r.checksum = :'checksum');

update :"ledger".project p
   set release = n.release, history = n.history, history_oid = n.history_oid, history_hash = n.history_hash
  from (select (select max(r.id) from :"ledger".release r where r.project = :'project') as release,
               nullif(:'history', '') as history,
               pg_catalog.to_regclass(nullif(:'history', ''))::oid as history_oid,
               :"ledger".history_hash(nullif(:'history', '')) as history_hash) n
 where p.name = :'project'
   and (p.release, p.history, p.history_oid, p.history_hash)
       is distinct from (n.release, n.history, n.history_oid, n.history_hash);

update :"ledger".definition f
   set retired = coalesce(f.retired, p.release), dropped = p.release
  from :"ledger".project p, :"ledger".object o
 where p.name = :'project'
   and o.project = :'project'
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'dropped') as j(identity))
   and f.id = o.definition;
update :"ledger".definition f
   set retired = coalesce(f.retired, p.release)
  from :"ledger".project p, :"ledger".object o
 where p.name = :'project'
   and o.project = :'project'
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'taken') as j(identity))
   and f.id = o.definition;
delete from :"ledger".object o
 where o.project = :'project'
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'dropped') as j(identity)
                      union all
                      select j.identity from pg_catalog.json_array_elements_text(:'taken') as j(identity));

delete from :"ledger".object o
 using pg_catalog.json_to_recordset(:'renamed') as r("from" text, "to" text)
 where o.project = :'project' and o.identity = r.to and o.retired is not null;
update :"ledger".object o
   set identity = r.to, retired = null
  from pg_catalog.json_to_recordset(:'renamed') as r("from" text, "to" text)
 where o.project = :'project' and o.identity = r.from;

with given as (
  select g.*, a.class, a.oid
    from pg_catalog.json_to_recordset(:'objects')
           as g(identity text, kind text, schema text, name text, "table" text, found text, checksum text, stated jsonb,
                text text, entry json, attached text[])
    join pg_catalog.pg_namespace n on n.nspname = g.schema
   cross join lateral (
     select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, c.oid
       from pg_catalog.pg_class c
      where g.found is null and g."table" is null and c.relnamespace = n.oid and c.relname = g.name
     union all
     select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
       from pg_catalog.pg_class c
       join pg_catalog.pg_trigger t on t.tgrelid = c.oid
      where c.relnamespace = n.oid and c.relname = g."table" and t.tgname = g.name
     union all
     select pg_catalog.split_part(g.found, '/', 1)::oid, pg_catalog.split_part(g.found, '/', 2)::oid
      where g.found is not null) a
), deparsed as materialized (
  select o.*, :deparsed as deparsed,
         pg_catalog.current_setting('server_version_num')::int / 10000 as server,
         p.release
    from given o
    join :"ledger".project p on p.name = :'project'
), kept as (
  select d.identity, o.definition
    from deparsed d
    join :"ledger".object o on o.project = :'project' and o.identity = d.identity
    join :"ledger".definition f on f.id = o.definition
   where f.checksum = d.checksum and f.server = d.server and f.deparsed is not distinct from d.deparsed
     and f.identity = d.identity and o.retired is null
), added as (
  insert into :"ledger".definition (project, identity, kind, checksum, release, follows, text, entry, deparsed, server)
  select :'project', d.identity, d.kind, d.checksum, d.release,
         -- By the primary key, whatever the planner thinks of sizes that it does not know.
         (select o.definition from :"ledger".object o where o.project = :'project' and o.identity = d.identity),
         d.text, d.entry, d.deparsed, d.server
    from deparsed d
   where not exists (select from kept k where k.identity = d.identity)
  returning identity, id as definition
)
insert into :"ledger".object as o (project, identity, kind, checksum, stated, definition, release, retired, class, oid, name,
       namespace, owner, options, rule_xmin, columns_xmin, columns, attached, made, deparsed_hash, server)
select :'project', d.identity, d.kind, d.checksum,
       d.stated || pg_catalog.jsonb_build_object('role', current_user, 'session', session_user), f.definition, d.release, null, l.class, l.oid, l.name,
       l.namespace, l.owner, l.options, l.rule_xmin, l.columns_xmin, array(
         select a.attname::text from pg_catalog.pg_attribute a
          where d.class = 'pg_catalog.pg_class'::pg_catalog.regclass
            and a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped order by a.attnum), case when d.attached <> '{}' then (
         select pg_catalog.jsonb_object_agg(k.key, l.attached -> k.key)
           from pg_catalog.unnest(d.attached) as k(key)) end,
       case when d.attached && '{alter,rule,index,statistics}' and d.class = 'pg_catalog.pg_class'::pg_catalog.regclass
            then (select :made from (select d.oid) o) end,
       pg_catalog.md5(d.deparsed), d.server
  from deparsed d
  join (select * from kept union all select * from added) f on f.identity = d.identity
  join :"ledger".live l on l.class = d.class and l.oid = d.oid
on conflict (project, identity) do update
   set kind = excluded.kind, checksum = excluded.checksum, stated = excluded.stated, definition = excluded.definition,
       release = case when o.definition = excluded.definition and o.oid = excluded.oid then o.release
                      else excluded.release end,
       retired = null, class = excluded.class, oid = excluded.oid, name = excluded.name, namespace = excluded.namespace,
       owner = excluded.owner, options = excluded.options, rule_xmin = excluded.rule_xmin,
       columns_xmin = excluded.columns_xmin, columns = excluded.columns, attached = excluded.attached, made = excluded.made,
       deparsed_hash = excluded.deparsed_hash, server = excluded.server;

update :"ledger".object o
   set retired = p.release
  from :"ledger".project p
 where p.name = :'project'
   and o.project = :'project'
   and o.retired is null
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'retired') as j(identity));
update :"ledger".definition f
   set retired = o.retired
  from :"ledger".object o
 where o.project = :'project'
   and o.retired is not null
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'retired') as j(identity))
   and f.id = o.definition
   and f.retired is null;

-- A retired object that was dropped and put back has another oid.
update :"ledger".object o
   set oid = l.oid, rule_xmin = l.rule_xmin, columns_xmin = l.columns_xmin,
       deparsed_hash = (select pg_catalog.md5(:deparsed) from (select l.class, l.oid) o)
  from :"ledger".live l
 where o.project = :'project'
   and o.retired is not null
   and not exists (select from :"ledger".live x where x.class = o.class and x.oid = o.oid)
   and l.class = o.class
   and l.name = o.name
   and l.namespace = o.namespace
   -- A table of its name is none of it.
   and l.rule_xmin is not null
   -- Of routines, several can have a name.
   and (l.class <> 'pg_catalog.pg_proc'::pg_catalog.regclass
        or (pg_catalog.pg_identify_object(l.class, l.oid, 0)).identity = o.identity);

with standing_on as materialized (
  select distinct d.refclassid as class, d.refobjid as oid
    :standing
     and (d.deptype = 'n' or d.deptype = 'a' and o.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass)
   where o.project = :'project'
     and o.retired is null
     and d.refclassid in ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass)
     and d.refobjid >= 16384
     and not exists (select from :"ledger".object m
                      where m.project = :'project' and m.retired is null and m.class = d.refclassid and m.oid = d.refobjid)
), gone as (
  delete from :"ledger".base b
   where b.project = :'project'
     and not exists (select from standing_on s where s.class = b.class and s.oid = b.oid)
)
insert into :"ledger".base as b (project, class, oid, name, namespace, xmins)
select :'project', l.class, l.oid, l.name, l.namespace, l.xmins
  from standing_on s
  join :"ledger".live_base l on l.class = s.class and l.oid = s.oid
on conflict (project, class, oid) do update
   set name = excluded.name, namespace = excluded.namespace, xmins = excluded.xmins
 where (b.name, b.namespace, b.xmins) is distinct from (excluded.name, excluded.namespace, excluded.xmins);
