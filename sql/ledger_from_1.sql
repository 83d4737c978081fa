-- Moves a ledger of format 1 to format 2, with every row; ledger_kept.sql follows. In the transaction of a run, under the lock of
-- all projects.
-- The tables stay what they are, with what somebody granted on them and whoever reads them.
-- Parameters: ledger (schema). Columns: none. Settings: a lock_timeout, because somebody may read.
-- Versions: 14-18.
lock table :"ledger".format, :"ledger".release, :"ledger".project, :"ledger".definition, :"ledger".object, :"ledger".base,
  :"ledger".aside, :"ledger".stale, :"ledger".claim in access exclusive mode;

alter table :"ledger".project drop constraint if exists project_release_fkey;
alter table :"ledger".definition drop constraint if exists definition_release_fkey, drop constraint if exists definition_retired_fkey,
  drop constraint if exists definition_dropped_fkey;
alter table :"ledger".object drop constraint if exists object_project_fkey, drop constraint if exists object_definition_fkey,
  drop constraint if exists object_release_fkey, drop constraint if exists object_retired_fkey;
alter table :"ledger".base drop constraint if exists base_project_fkey;
alter table :"ledger".claim drop constraint if exists claim_project_fkey;

alter table :"ledger".format alter since drop default;
-- One that lost its rows stays without, so that it is known for that.
insert into :"ledger".format (version, since)
select 2, pg_catalog.clock_timestamp() where exists (select from :"ledger".format);

alter table :"ledger".release rename schema to names_in;
alter table :"ledger".release
  alter id drop identity, alter applied_at drop default, alter applied_by drop default, alter application drop default,
  drop constraint if exists release_pkey, add schema text;
-- A project is in the schema of the release that was applied last. One that only claimed a migration is put into its own schema by
-- its next run.
update :"ledger".release r
   set schema = (select l.names_in from :"ledger".release l where l.project = r.project order by l.id desc limit 1);
alter table :"ledger".release alter schema set not null, add primary key (project, schema, id);

alter table :"ledger".project
  drop constraint if exists project_pkey,
  add schema text, add checksum text, add built int8, add system_identifier int8, add database oid, add objects int4,
  add dependencies int4, add unfinished jsonb, add seal text, add relations oid[], add tables oid[], add routines oid[],
  add triggers oid[], add types oid[], add namespaces oid[];
update :"ledger".project p
   set schema = coalesce(s.schema, 'public'), checksum = r.checksum, built = r.built,
       objects = (select pg_catalog.count(*) from :"ledger".object o where o.project = p.name and o.retired is null),
       dependencies = (select pg_catalog.count(*) from :"ledger".base b where b.project = p.name)
  from :"ledger".project q
  left join :"ledger".release r on r.project = q.name and r.id = q.release
  left join lateral (select l.schema from :"ledger".release l where l.project = q.name limit 1) s on true
 where q.name = p.name;
alter table :"ledger".project
  alter schema set not null, alter objects set not null, alter dependencies set not null, add primary key (name, schema);

alter table :"ledger".definition
  alter id drop identity, alter recorded_at drop default, alter recorded_by drop default, alter application drop default,
  drop constraint if exists definition_pkey, add schema text;
update :"ledger".definition d
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = d.project), 'public');
alter table :"ledger".definition alter schema set not null, add primary key (project, schema, id);

alter table :"ledger".object rename namespace to schema_oid;
alter table :"ledger".object rename deparsed_hash to plain_hash;
alter table :"ledger".object
  drop constraint if exists object_pkey,
  add schema text, add schema_name name, add table_oid oid, add table_name name, add arguments text, add argument_types oid[],
  add pretty_hash text, add fingerprint int8;
-- Where the container is gone, its name is in the identity: "schema.name", "schema.name(types)", "name on schema.table".
update :"ledger".object o
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = o.project), 'public'),
       schema_oid = case when n.of_trigger then coalesce(c.relnamespace, 0) else o.schema_oid end,
       schema_name = coalesce(s.nspname, (n.container)[1]),
       table_oid = case when n.of_trigger then o.schema_oid end,
       table_name = case when n.of_trigger then coalesce(c.relname, (n.container)[2]) end,
       arguments = case when r.oid is not null then coalesce((
         select pg_catalog.string_agg(pg_catalog.format_type(t.type, null), ',' order by t.place)
           from pg_catalog.unnest(r.proargtypes) with ordinality t(type, place)), '') end,
       argument_types = r.proargtypes::oid[]
  from :"ledger".object q
 cross join lateral (
   select q.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass as of_trigger,
          pg_catalog.parse_ident(case when q.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
            then pg_catalog.regexp_replace(q.identity, '^("([^"]|"")*"|[^" ]+) on ', '') else q.identity end, false) as container) n
  left join pg_catalog.pg_class c on n.of_trigger and c.oid = q.schema_oid
  left join pg_catalog.pg_namespace s on s.oid = case when n.of_trigger then c.relnamespace else q.schema_oid end
  left join pg_catalog.pg_proc r on q.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and r.oid = q.oid
 where q.project = o.project and q.identity = o.identity;
alter table :"ledger".object
  alter schema set not null, alter schema_name set not null, add primary key (project, schema, identity);

alter table :"ledger".base rename to dependency;
alter table :"ledger".dependency rename namespace to schema_oid;
alter table :"ledger".dependency drop constraint if exists base_pkey, add schema text, add schema_name name;
update :"ledger".dependency d
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = d.project), 'public'),
       schema_name = coalesce((select n.nspname from pg_catalog.pg_namespace n where n.oid = d.schema_oid), '');
alter table :"ledger".dependency
  alter schema set not null, alter schema_name set not null, add primary key (project, schema, class, oid);

alter table :"ledger".aside rename to displaced;
alter table :"ledger".displaced rename saved to recreate;
alter table :"ledger".displaced drop constraint if exists aside_pkey, add schema text;
update :"ledger".displaced d
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = d.project), 'public');
alter table :"ledger".displaced alter schema set not null, add primary key (project, schema, address);

alter table :"ledger".stale drop id, alter since drop default, add schema text, add id uuid;
update :"ledger".stale s
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = s.project), 'public'),
       id = pg_catalog.gen_random_uuid();
alter table :"ledger".stale alter schema set not null, alter id set not null, add primary key (id);

alter table :"ledger".claim alter since drop default, drop constraint if exists claim_pkey, add schema text;
update :"ledger".claim c
   set schema = coalesce((select p.schema from :"ledger".project p where p.name = c.project), 'public');
alter table :"ledger".claim alter schema set not null, add primary key (project, schema, version);

-- With the columns that it had, so that whatever reads it stays.
create or replace view :"ledger".status as
select o.project, o.identity as object, o.kind, ''::text as state, ''::text as release, null::timestamptz as applied_at,
       ''::text as applied_by
  from :"ledger".object o;
drop view :"ledger".drift, :"ledger".shifted_base, :"ledger".live_base, :"ledger".live;
drop function :"ledger".history_hash(text);
