-- Writes the ledger from what the catalog says right now. Rows that would not change are not written.
-- Parameters: ledger (schema), project, checksum, schema (the project's), built, viewkeeper (version), history (qualified name or
-- empty), table (the same, or history_hash in the place of parts/history_hash.sql: null), keep_history (a boolean: what is
-- recorded of it stays), lost (a boolean: rows of the ledger were lost), objects (JSON: [{place (their order), identity, kind,
-- schema, name, table, checksum, stated, text, entry, attached}]), routines (an expression: the addresses of those that are
-- routines, as JSON: {identity: address}), retired (JSON: [identity]), dropped (JSON: [identity]), taken (JSON: [identity]:
-- somebody else's now), renamed (JSON: [{from, to}]). Columns: none. Settings: pinned, search_path to pg_catalog. Versions:
-- 14-18.
delete from :"ledger".displaced a where a.project = :'project';

-- An oid of another server or database means nothing from here on.
update :"ledger".object o
   set oid = a.oid, schema_oid = a.schema_oid, table_oid = a.table_oid
  from :objects_here a
 where exists (select from :away)
   and o.project = :'project'
   and a.project = o.project and a.schema = o.schema and a.identity = o.identity;

-- What was lost with all other rows.
insert into :"ledger".format (version, since)
select 2, pg_catalog.clock_timestamp() where not exists (select from :"ledger".format);

insert into :"ledger".project (name, schema, objects, dependencies)
select :'project', :'schema', 0, 0
 where not exists (select from :"ledger".project p where p.name = :'project');

insert into :"ledger".release (project, schema, id, names_in, checksum, built, applied_at, applied_by, application, viewkeeper)
select :'project', :'schema',
       -- Where releases were lost, what they left has their numbers.
       greatest((select max(r.id) from :"ledger".release r where r.project = :'project' and r.schema = :'schema'),
                (select p.release from :"ledger".project p where p.name = :'project'),
                (select max(o.release) from :"ledger".object o where o.project = :'project'
                    and not exists (select from :"ledger".release r where r.project = :'project')),
                (select max(greatest(f.release, f.retired, f.dropped))
                   from :"ledger".definition f where f.project = :'project'
                    and not exists (select from :"ledger".release r where r.project = :'project')), 0) + 1,
       :'schema', :'checksum', :built, pg_catalog.clock_timestamp(), session_user,
       pg_catalog.current_setting('application_name'), :'viewkeeper'
 where not exists (select from :"ledger".project p
                     join :"ledger".release r on r.project = p.name and r.schema = p.schema and r.id = p.release
                    where p.name = :'project' and r.checksum = :'checksum');

update :"ledger".project p
   set release = n.release, checksum = :'checksum', built = n.built, history = n.history, history_oid = n.history_oid,
       history_hash = n.history_hash, system_identifier = n.system_identifier, database = n.database
  from (select l.id as release, l.built,
               case when :keep_history then k.history else nullif(:'history', '') end as history,
               case when :keep_history then k.history_oid
                    else pg_catalog.to_regclass(nullif(:'history', ''))::oid end as history_oid,
               case when :keep_history then k.history_hash else :history_hash end as history_hash,
               (select c.system_identifier from pg_catalog.pg_control_system() c) as system_identifier,
               (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) as database
          from :"ledger".release l
          join :"ledger".project k on k.name = l.project
         where l.project = :'project' and l.schema = :'schema'
         order by l.id desc
         limit 1) n
 where p.name = :'project'
   and (p.release, p.checksum, p.built, p.history, p.history_oid, p.history_hash, p.system_identifier, p.database)
       is distinct from (n.release, :'checksum', n.built, n.history, n.history_oid, n.history_hash, n.system_identifier, n.database);

update :"ledger".definition f
   set retired = coalesce(f.retired, p.release), dropped = p.release
  from :"ledger".project p, :"ledger".object o
 where p.name = :'project'
   and o.project = :'project'
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'dropped') as j(identity))
   and f.project = o.project and f.schema = o.schema and f.id = o.definition;
update :"ledger".definition f
   set retired = coalesce(f.retired, p.release)
  from :"ledger".project p, :"ledger".object o
 where p.name = :'project'
   and o.project = :'project'
   and o.identity in (select j.identity from pg_catalog.json_array_elements_text(:'taken') as j(identity))
   and f.project = o.project and f.schema = o.schema and f.id = o.definition;
delete from :"ledger".object o
 where o.project = :'project'
   and o.identity in (select j.identity
                        from pg_catalog.json_array_elements_text(:'dropped') as j(identity)
                      union all
                      select j.identity
                        from pg_catalog.json_array_elements_text(:'taken') as j(identity));

delete from :"ledger".object o
 using pg_catalog.json_to_recordset(:'renamed') as r("from" text, "to" text)
 where o.project = :'project' and o.identity = r.to and o.retired is not null;
update :"ledger".object o
   set identity = r.to, retired = null
  from pg_catalog.json_to_recordset(:'renamed') as r("from" text, "to" text)
 where o.project = :'project' and o.identity = r.from;

with routine as materialized (
  select r.key as identity, r.value as found from pg_catalog.json_each_text(:routines) r
), given as (
  select g.*, n.oid as schema_oid, a.class, a.oid, a.table_oid
    from pg_catalog.json_to_recordset(:'objects')
           as g(place int4, identity text, kind text, schema text, name text, "table" text, checksum text, stated jsonb,
                text text, entry json, attached text[])
    left join routine f on f.identity = g.identity
    join pg_catalog.pg_namespace n on n.nspname = g.schema
   cross join lateral (
     select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, c.oid, null::oid as table_oid
       from pg_catalog.pg_class c
      where f.found is null and g."table" is null and c.relnamespace = n.oid and c.relname = g.name
     union all
     select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.oid
       from pg_catalog.pg_class c
       join pg_catalog.pg_trigger t on t.tgrelid = c.oid
      where c.relnamespace = n.oid and c.relname = g."table" and t.tgname = g.name
     union all
     select pg_catalog.split_part(f.found, '/', 1)::oid, pg_catalog.split_part(f.found, '/', 2)::oid, null
      where f.found is not null) a
), deparsed as materialized (
  select o.*, :deparsed as deparsed, :likeness as likeness,
         pg_catalog.current_setting('server_version_num')::int / 10000 as server,
         p.release
    from given o
    join :"ledger".project p on p.name = :'project'
), kept as (
  select d.identity, o.definition
    from deparsed d
    join :"ledger".object o on o.project = :'project' and o.schema = :'schema' and o.identity = d.identity
    join :"ledger".definition f on f.project = o.project and f.schema = o.schema and f.id = o.definition
   where f.checksum = d.checksum and f.server = d.server and f.deparsed is not distinct from d.deparsed
     and f.identity = d.identity and o.retired is null
), added as (
  insert into :"ledger".definition (project, schema, id, identity, kind, checksum, release, follows, recorded_at, recorded_by,
         application, text, entry, deparsed, server)
  select :'project', :'schema', -- Where definitions were lost, objects have their numbers.
         coalesce((select max(f.id) from :"ledger".definition f where f.project = :'project' and f.schema = :'schema'),
                  (select max(o.definition) from :"ledger".object o where o.project = :'project'), 0)
           + pg_catalog.row_number() over (order by d.place), d.identity, d.kind, d.checksum, d.release,
         case when :lost and not exists (select from :"ledger".definition f where f.project = :'project') then 0
              else coalesce(
                -- By the primary key, whatever the planner thinks of sizes that it does not know.
                (select o.definition
                   from :"ledger".object o
                  where o.project = :'project' and o.schema = :'schema' and o.identity = d.identity),
                case when :lost then coalesce((
                  select f.id from :"ledger".definition f
                   where f.project = :'project' and f.schema = :'schema' and f.identity = d.identity and f.retired is null
                   order by f.id desc limit 1), 0) end) end,
         pg_catalog.clock_timestamp(), session_user, pg_catalog.current_setting('application_name'),
         d.text, d.entry, d.deparsed, d.server
    from deparsed d
   where not exists (select from kept k where k.identity = d.identity)
  returning identity, id as definition
)
insert into :"ledger".object as o (project, schema, identity, kind, checksum, stated, definition, release, retired, class, oid,
       name, schema_oid, schema_name, table_oid, table_name, arguments, argument_types, owner, options, rule_xmin, columns_xmin,
       columns, attached, made, plain_hash, pretty_hash, server)
select :'project', :'schema', d.identity, d.kind, d.checksum,
       d.stated || pg_catalog.jsonb_build_object('role', current_user, 'session', session_user), f.definition, d.release, null,
       l.class, l.oid, l.name, d.schema_oid, d.schema, d.table_oid, d."table", r.arguments, r.argument_types, l.owner, l.options,
       l.rule_xmin, l.columns_xmin, array(
         select a.attname::text from pg_catalog.pg_attribute a
          where d.class = 'pg_catalog.pg_class'::pg_catalog.regclass
            and a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped order by a.attnum), case when d.attached <> '{}' then (
         select pg_catalog.jsonb_object_agg(k.key, l.attached -> k.key)
           from pg_catalog.unnest(d.attached) as k(key)) end,
       case when d.attached && '{alter,rule,index,statistics}' and d.class = 'pg_catalog.pg_class'::pg_catalog.regclass
            then (select :made from (select d.oid) o) end,
       pg_catalog.md5(d.deparsed), d.likeness, d.server
  from deparsed d
  join (select * from kept union all select * from added) f on f.identity = d.identity
  join :fingerprints l on l.class = d.class and l.oid = d.oid
  left join lateral (
    select p.proargtypes::oid[] as argument_types,
           :argument_types as arguments
      from pg_catalog.pg_proc p
     where d.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.oid) r on true
on conflict (project, schema, identity) do update
   set kind = excluded.kind, checksum = excluded.checksum, stated = excluded.stated, definition = excluded.definition,
       release = case when o.definition = excluded.definition and o.oid = excluded.oid then o.release
                      else excluded.release end,
       retired = null, class = excluded.class, oid = excluded.oid, name = excluded.name, schema_oid = excluded.schema_oid,
       schema_name = excluded.schema_name, table_oid = excluded.table_oid, table_name = excluded.table_name,
       arguments = excluded.arguments, argument_types = excluded.argument_types, owner = excluded.owner,
       options = excluded.options, rule_xmin = excluded.rule_xmin,
       columns_xmin = excluded.columns_xmin, columns = excluded.columns, attached = excluded.attached, made = excluded.made,
       plain_hash = excluded.plain_hash, pretty_hash = excluded.pretty_hash, fingerprint = null, server = excluded.server;

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
   and f.project = o.project and f.schema = o.schema and f.id = o.definition
   and f.retired is null;

-- A trigger's view that was made anew is another table.
update :"ledger".object o
   set table_oid = c.oid
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where o.project = :'project'
   and o.retired is not null
   and o.table_name is not null
   and not exists (select from pg_catalog.pg_class x where x.oid = o.table_oid)
   and n.nspname = o.schema_name and c.relname = o.table_name;

-- A retired object that was dropped and put back has another oid.
update :"ledger".object o
   set oid = l.oid, rule_xmin = l.rule_xmin, columns_xmin = l.columns_xmin,
       plain_hash = (select pg_catalog.md5(:deparsed) from (select l.class, l.oid) o),
       pretty_hash = (select :likeness from (select l.class, l.oid) o)
  from :fingerprints l
 where o.project = :'project'
   and o.retired is not null
   and not exists (select from :fingerprints x where x.class = o.class and x.oid = o.oid)
   and l.class = o.class
   and l.name = o.name
   and l.namespace = coalesce(o.table_oid, o.schema_oid)
   -- A table of its name is none of it.
   and l.rule_xmin is not null
   -- Of routines, several can have a name.
   and (l.class <> 'pg_catalog.pg_proc'::pg_catalog.regclass
        or o.arguments = (select :argument_types from pg_catalog.pg_proc p where p.oid = l.oid));

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
  delete from :"ledger".dependency b
   where b.project = :'project'
     and not exists (select from standing_on s where s.class = b.class and s.oid = b.oid)
)
insert into :"ledger".dependency as b (project, schema, class, oid, name, schema_oid, schema_name, xmins)
select :'project', :'schema', l.class, l.oid, l.name, l.namespace, n.nspname, l.xmins
  from standing_on s
  join :dependency_fingerprints l on l.class = s.class and l.oid = s.oid
  join pg_catalog.pg_namespace n on n.oid = l.namespace
on conflict (project, schema, class, oid) do update
   set name = excluded.name, schema_oid = excluded.schema_oid, schema_name = excluded.schema_name, xmins = excluded.xmins
 where (b.name, b.schema_oid, b.schema_name, b.xmins)
       is distinct from (excluded.name, excluded.schema_oid, excluded.schema_name, excluded.xmins);

update :"ledger".project p
   set objects = n.objects, dependencies = n.dependencies
  from (select (select pg_catalog.count(*) from :"ledger".object o where o.project = :'project' and o.retired is null) as objects,
               (select pg_catalog.count(*) from :"ledger".dependency d where d.project = :'project') as dependencies) n
 where p.name = :'project'
   and (p.objects, p.dependencies) is distinct from (n.objects, n.dependencies);
