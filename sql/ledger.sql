-- The ledger: what viewkeeper applied, with which text, when and by which release. Format 1.
-- Parameters: ledger (schema). Versions: 14-18.
-- Everything but "definition" may be read by every role that may connect; the texts are their owner's.
create schema if not exists :"ledger";

create table :"ledger".format (
  version integer primary key,
  since timestamptz not null default now()
);
insert into :"ledger".format (version) values (1);

-- Each application of a release, in order. built is milliseconds since 1970. schema: that of its unqualified names.
create table :"ledger".release (
  id bigint generated always as identity primary key,
  project text not null,
  checksum text not null,
  schema text not null,
  built bigint not null,
  applied_at timestamptz not null default clock_timestamp(),
  applied_by text not null default session_user,
  application text not null default current_setting('application_name'),
  viewkeeper text not null
);
create index on :"ledger".release (project, checksum);

-- The release that stands, and refinery's history as it was then.
create table :"ledger".project (
  name text primary key,
  release bigint references :"ledger".release,
  history text,
  history_oid oid,
  history_hash text
);

-- What tells one state of a history from another; null where there is none. Its name may be that of no table, so the
-- query is made at run time.
create function :"ledger".history_hash(history text) returns text
language plpgsql stable set search_path to pg_catalog as $function$
declare
  hash text;
begin
  if to_regclass(history) is not null then
    execute 'select md5(string_agg(concat_ws('' '', h.version, h.name, h.checksum), E''\n'' order by h.version)) from '
      || history || ' h' into hash;
  end if;
  return hash;
end
$function$;

-- Every text that an object ever had, and its entry of the manifest, so that each release can be put together again: it
-- holds what was recorded by it or before it, unless that was retired by then or something followed.
-- follows: the definition that this one took the place of, also under another name. retired: the release that no longer
-- held the object; dropped: the one that dropped it. deparsed is what the server made of the text (server: its major
-- version). forgotten: since when text, entry and deparsed are not kept any more.
-- follows refers to this table; a foreign key would be checked for each row, and no row is ever deleted.
create table :"ledger".definition (
  id bigint generated always as identity primary key,
  project text not null,
  identity text not null,
  kind text not null,
  checksum text not null,
  release bigint not null references :"ledger".release,
  follows bigint,
  retired bigint references :"ledger".release,
  dropped bigint references :"ledger".release,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default session_user,
  application text not null default current_setting('application_name'),
  text text,
  entry json,
  deparsed text,
  server integer not null,
  forgotten timestamptz
);
create index on :"ledger".definition (project, identity, id desc);

-- The managed objects as we left them: the text's checksum and the fingerprint of the live object.
-- stated: the options and attachments that the text states, as values, and for whom (role, session) CURRENT_USER and
-- SESSION_USER stood. attached: the fingerprints of the kinds of attachment that it states, and of no others. made: what
-- the server made of the column defaults and rules, whose texts it does not keep.
-- retired: the release whose project no longer holds the object. class: the catalog that it is in. namespace: of a trigger,
-- its table. rule_xmin: of a routine and of a trigger, that of its row.
create table :"ledger".object (
  project text not null references :"ledger".project,
  identity text not null,
  kind text not null,
  checksum text not null,
  stated jsonb not null,
  definition bigint not null references :"ledger".definition,
  release bigint not null references :"ledger".release,
  retired bigint references :"ledger".release,
  class oid not null,
  oid oid not null,
  name name not null,
  namespace oid not null,
  owner oid not null,
  options text[],
  rule_xmin xid,
  columns_xmin numeric,
  columns text[] not null,
  attached jsonb,
  made jsonb,
  deparsed_hash text,
  server integer not null,
  primary key (project, identity)
);
create index on :"ledger".object (identity);
create index on :"ledger".object (class, oid);

-- The tables, types and foreign views that the objects stand on, as they were then.
create table :"ledger".base (
  project text not null references :"ledger".project,
  class oid not null,
  oid oid not null,
  name name not null,
  namespace oid not null,
  xmins text,
  primary key (project, class, oid)
);

-- What stepped aside for table migrations that are committed by themselves, until the objects stand again: by the
-- addresses (class/oid/0) that they had. saved: how an object of the project that is not back yet is put back.
create table :"ledger".aside (
  project text not null,
  address text not null,
  saved jsonb,
  primary key (project, address)
);

-- Materialized views whose rows are known to be old: noted with the commit of what made them so, taken out with that of a
-- refresh which began later.
create table :"ledger".stale (
  id bigint generated always as identity primary key,
  project text not null,
  identity text not null,
  why text not null,
  since timestamptz not null default clock_timestamp()
);

-- Migrations that run outside of a transaction at this moment, or were interrupted.
create table :"ledger".claim (
  project text not null references :"ledger".project,
  version bigint not null,
  name text not null,
  pid integer not null,
  backend_start timestamptz,
  since timestamptz not null default clock_timestamp(),
  primary key (project, version)
);

-- The fingerprint of each object that is there now. xmin changes with every change of a catalog row and with nothing else.
-- Each branch reads one catalog without a condition, and their types are the same to the letter: only then does the planner look
-- for the objects by their oids, instead of at all that there is, once for each object. So relations of every kind are here;
-- rule_xmin tells views of either kind from the others.
create view :"ledger".live as
select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class,
       c.oid,
       c.relname as name,
       c.relnamespace as namespace,
       c.relowner as owner,
       c.reloptions as options,
       (select r.xmin from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename = '_RETURN') as rule_xmin,
       (select sum(a.xmin::text::int8) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
         as columns_xmin,
       pg_catalog.jsonb_build_object(
         'owner', c.relowner,
         'grant', pg_catalog.md5(coalesce(c.relacl::text, '') || coalesce((
           select pg_catalog.string_agg(a.attname || a.attacl::text, ',' order by a.attnum)
             from pg_catalog.pg_attribute a
            where a.attrelid = c.oid and a.attacl is not null), '')),
         'comment', pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(d.objsubid || d.description, ',' order by d.objsubid)
             from pg_catalog.pg_description d
            where d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass), '')),
         'rule', pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(w.rulename || w.xmin::text || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = w.oid and d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass), ''),
                    ',' order by w.rulename)
             from pg_catalog.pg_rewrite w
            where w.ev_class = c.oid and w.rulename <> '_RETURN'), '')),
         'alter', pg_catalog.md5(coalesce(c.reloptions::text, '') || coalesce((
           select pg_catalog.string_agg(f.adnum || ':' || f.xmin::text, ',' order by f.adnum)
             from pg_catalog.pg_attrdef f
            where f.adrelid = c.oid), '')),
         'index', case when c.relkind = 'm' then pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(x.relname || i.xmin::text || i.indisvalid || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = x.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0), ''),
                    ',' order by x.relname)
             from pg_catalog.pg_index i
             join pg_catalog.pg_class x on x.oid = i.indexrelid
            where i.indrelid = c.oid), '')) end,
         'statistics', case when c.relkind = 'm' then pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(x.stxnamespace || ' ' || x.stxname || x.oid || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = x.oid and d.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass), ''),
                    ',' order by x.stxname)
             from pg_catalog.pg_statistic_ext x
            where x.stxrelid = c.oid), '')) end) as attached
  from pg_catalog.pg_class c
union all
select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid,
       p.oid,
       p.proname,
       p.pronamespace,
       p.proowner,
       null,
       p.xmin,
       null,
       pg_catalog.jsonb_build_object(
         'owner', p.proowner,
         'grant', pg_catalog.md5(coalesce(p.proacl::text, '')),
         'comment', pg_catalog.md5(coalesce((
           select d.description
             from pg_catalog.pg_description d
            where d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass), '')))
  from pg_catalog.pg_proc p
union all
select 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid,
       t.oid,
       t.tgname,
       t.tgrelid,
       0::oid,
       null,
       t.xmin,
       null,
       pg_catalog.jsonb_build_object(
         'fires', t.tgenabled,
         'comment', pg_catalog.md5(coalesce((
           select d.description
             from pg_catalog.pg_description d
            where d.objoid = t.oid and d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass), '')))
  from pg_catalog.pg_trigger t;

-- The fingerprint of whatever objects can stand on: relations by their columns, types by their row and labels.
create view :"ledger".live_base as
select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class,
       c.oid,
       c.relname as name,
       c.relnamespace as namespace,
       (select sum(a.xmin::text::int8)::text from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
         as xmins
  from pg_catalog.pg_class c
union all
select 'pg_catalog.pg_type'::pg_catalog.regclass::oid,
       t.oid,
       t.typname,
       t.typnamespace,
       t.xmin::text
         || coalesce((select ':' || sum(e.xmin::text::int8) from pg_catalog.pg_enum e where e.enumtypid = t.oid), '')
         || coalesce((select ':' || sum(a.xmin::text::int8) from pg_catalog.pg_attribute a
                       where a.attrelid = t.typrelid and a.attnum > 0), '')
  from pg_catalog.pg_type t;

-- The objects whose fingerprint is not the recorded one, and what about them differs.
create view :"ledger".drift as
select o.project,
       o.identity,
       l.oid is null as gone,
       l.name is distinct from o.name or l.namespace is distinct from o.namespace as moved,
       l.rule_xmin is distinct from o.rule_xmin or l.columns_xmin is distinct from o.columns_xmin as redefined,
       l.options is distinct from o.options as options,
       case when o.attached is null then false else not l.attached @> o.attached end as attached
  from :"ledger".object o
  left join :"ledger".live l on l.class = o.class and l.oid = o.oid
 where o.retired is null
   and (l.oid is null
        or l.name <> o.name
        or l.namespace <> o.namespace
        or l.owner <> o.owner
        or l.options is distinct from o.options
        or l.rule_xmin is distinct from o.rule_xmin
        or l.columns_xmin is distinct from o.columns_xmin
        or case when o.attached is null then false else not l.attached @> o.attached end);

-- The bases that changed since the objects above them were recorded.
create view :"ledger".shifted_base as
select b.project, b.class, b.oid
  from :"ledger".base b
  left join :"ledger".live_base l on l.class = b.class and l.oid = b.oid
 where l.oid is null
    or l.name <> b.name
    or l.namespace <> b.namespace
    or l.xmins is distinct from b.xmins;

-- For people: every managed object, the release that made it, and whether it is as we left it.
create view :"ledger".status as
select o.project,
       o.identity as object,
       o.kind,
       case when o.retired is not null then 'retired'
            when d.identity is null then 'in sync'
            when d.gone then 'missing'
            else 'altered' end as state,
       left(r.checksum, 12) as release,
       r.applied_at,
       r.applied_by
  from :"ledger".object o
  join :"ledger".release r on r.id = o.release
  left join :"ledger".drift d on d.project = o.project and d.identity = o.identity;

grant usage on schema :"ledger" to public;
grant execute on function :"ledger".history_hash(text) to public;
grant select on :"ledger".format, :"ledger".release, :"ledger".project, :"ledger".object, :"ledger".base,
  :"ledger".aside, :"ledger".stale, :"ledger".claim, :"ledger".live, :"ledger".live_base, :"ledger".drift, :"ledger".shifted_base, :"ledger".status
  to public;
