-- The ledger of format 1, as viewkeeper 0.1.0 made it.
create schema viewkeeper;

create table viewkeeper.format (
  version integer primary key,
  since timestamptz not null default now()
);
insert into viewkeeper.format (version) values (1);

create table viewkeeper.release (
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
create index on viewkeeper.release (project, checksum);

create table viewkeeper.project (
  name text primary key,
  release bigint references viewkeeper.release,
  history text,
  history_oid oid,
  history_hash text
);

create function viewkeeper.history_hash(history text) returns text
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

create table viewkeeper.definition (
  id bigint generated always as identity primary key,
  project text not null,
  identity text not null,
  kind text not null,
  checksum text not null,
  release bigint not null references viewkeeper.release,
  follows bigint,
  retired bigint references viewkeeper.release,
  dropped bigint references viewkeeper.release,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default session_user,
  application text not null default current_setting('application_name'),
  text text,
  entry json,
  deparsed text,
  server integer not null,
  forgotten timestamptz
);
create index on viewkeeper.definition (project, identity, id desc);

create table viewkeeper.object (
  project text not null references viewkeeper.project,
  identity text not null,
  kind text not null,
  checksum text not null,
  stated jsonb not null,
  definition bigint not null references viewkeeper.definition,
  release bigint not null references viewkeeper.release,
  retired bigint references viewkeeper.release,
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
create index on viewkeeper.object (identity);
create index on viewkeeper.object (class, oid);

create table viewkeeper.base (
  project text not null references viewkeeper.project,
  class oid not null,
  oid oid not null,
  name name not null,
  namespace oid not null,
  xmins text,
  primary key (project, class, oid)
);

create table viewkeeper.aside (
  project text not null,
  address text not null,
  saved jsonb,
  primary key (project, address)
);

create table viewkeeper.stale (
  id bigint generated always as identity primary key,
  project text not null,
  identity text not null,
  why text not null,
  since timestamptz not null default clock_timestamp()
);

create table viewkeeper.claim (
  project text not null references viewkeeper.project,
  version bigint not null,
  name text not null,
  pid integer not null,
  backend_start timestamptz,
  since timestamptz not null default clock_timestamp(),
  primary key (project, version)
);

create view viewkeeper.live as
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

create view viewkeeper.live_base as
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

create view viewkeeper.drift as
select o.project,
       o.identity,
       l.oid is null as gone,
       l.name is distinct from o.name or l.namespace is distinct from o.namespace as moved,
       l.rule_xmin is distinct from o.rule_xmin or l.columns_xmin is distinct from o.columns_xmin as redefined,
       l.options is distinct from o.options as options,
       case when o.attached is null then false else not l.attached @> o.attached end as attached
  from viewkeeper.object o
  left join viewkeeper.live l on l.class = o.class and l.oid = o.oid
 where o.retired is null
   and (l.oid is null
        or l.name <> o.name
        or l.namespace <> o.namespace
        or l.owner <> o.owner
        or l.options is distinct from o.options
        or l.rule_xmin is distinct from o.rule_xmin
        or l.columns_xmin is distinct from o.columns_xmin
        or case when o.attached is null then false else not l.attached @> o.attached end);

create view viewkeeper.shifted_base as
select b.project, b.class, b.oid
  from viewkeeper.base b
  left join viewkeeper.live_base l on l.class = b.class and l.oid = b.oid
 where l.oid is null
    or l.name <> b.name
    or l.namespace <> b.namespace
    or l.xmins is distinct from b.xmins;

create view viewkeeper.status as
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
  from viewkeeper.object o
  join viewkeeper.release r on r.id = o.release
  left join viewkeeper.drift d on d.project = o.project and d.identity = o.identity;

grant usage on schema viewkeeper to public;
grant execute on function viewkeeper.history_hash(text) to public;
grant select on viewkeeper.format, viewkeeper.release, viewkeeper.project, viewkeeper.object, viewkeeper.base,
  viewkeeper.aside, viewkeeper.stale, viewkeeper.claim, viewkeeper.live, viewkeeper.live_base, viewkeeper.drift, viewkeeper.shifted_base, viewkeeper.status
  to public;
