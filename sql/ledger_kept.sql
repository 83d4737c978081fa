-- The tables of the ledger that came with format 2, and what may be read by whom. Follows ledger.sql, or ledger_from_1.sql.
-- Parameters: ledger (schema). Columns: none. Versions: 14-18.

-- The last refresh of each materialized view: how long it took, in milliseconds, how many rows there were, and
-- whether it went concurrently or exclusively (mode).
create table :"ledger".refresh (
  project text not null,
  schema text not null,
  identity text not null,
  refreshed_at timestamptz not null,
  refreshed_by text not null,
  application text not null,
  mode text not null,
  duration int8 not null,
  rows int8,
  primary key (project, schema, identity)
);

-- The migrations in whose place a baseline stands: the version, checksum and text hash of the baseline, and those of what it
-- replaces. The checksums are refinery's, as its history has them.
create table :"ledger".replaced_migration (
  project text not null,
  schema text not null,
  baseline int8 not null,
  baseline_checksum text not null,
  version int8 not null,
  name text not null,
  checksum text not null,
  replaced_at timestamptz not null,
  replaced_by text not null,
  application text not null,
  primary key (project, schema, baseline, version)
);

-- Migrations that were recorded as applied and not run, or whose checksum was taken over: earlier is the checksum that stood there.
-- verified: the database was found to be as they make it. source: the tool whose history said so.
create table :"ledger".stamp (
  project text not null,
  schema text not null,
  id int8 not null,
  version int8 not null,
  name text not null,
  checksum text not null,
  earlier text,
  verified bool not null,
  source text,
  stamped_at timestamptz not null,
  stamped_by text not null,
  application text not null,
  primary key (project, schema, id)
);

-- For people: every managed object, the release that made it, and whether it is as we left it. We never read it.
create or replace view :"ledger".status as
select o.project,
       o.identity as object,
       o.kind,
       case when o.retired is not null then 'retired'
            when d.identity is null then 'in sync'
            when d.gone then 'missing'
            else 'altered' end as state,
       pg_catalog.left(r.checksum, 12) as release,
       r.applied_at,
       r.applied_by
  from :"ledger".object o
  join :"ledger".release r on r.project = o.project and r.schema = o.schema and r.id = o.release
  left join :drift d on d.project = o.project and d.identity = o.identity;

grant select on :"ledger".format, :"ledger".release, :"ledger".project, :"ledger".object, :"ledger".dependency,
  :"ledger".displaced, :"ledger".stale, :"ledger".claim, :"ledger".refresh, :"ledger".replaced_migration, :"ledger".stamp,
  :"ledger".status to public;
