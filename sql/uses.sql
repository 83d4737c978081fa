-- Ends the work where objects came to use, by an unqualified name, what an untrusted role wrote: it would run with the rights of
-- whoever reads or calls them. Asked before anything is filled, and before the commit. Where nothing in the schemas of the path
-- is of an untrusted owner, that is all that is asked. A value of the parameters has no dollar sign.
-- Parameters: schemas (text[]: the project's, and those of its path), objects (JSON: [{identity, schema, name, table, written:
-- [[schema, name]]}]; table: of a trigger; written: what its text names with a schema), filled (text[]: the identities of objects
-- that are about to be filled), caller (whose index it is that is about to be made, or the query's file), own (JSON: [{schema,
-- name, arguments}]: the objects of the project among what they may use; types of its schema stand without it), chosen (JSON:
-- [[schema, name]]: what texts of the project name with a schema), reached (the part uses/reached.sql with its other parameters,
-- or uses/unreached.sql).
-- Columns: none; an error of SQLSTATE VK001, whose detail is JSON: [{identity, what, owner, body, runs}], the last two of which
-- only what uses/reached.sql finds has.
-- Settings: none; the search_path is its own for the while. Versions: 14-18.
do $viewkeeper$
declare
  before text;
  path oid[];
  own oid;
  trusted oid[];
  found text;
begin
  before := pg_catalog.current_setting('search_path');
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  with recursive :trusted_roles
  select pg_catalog.array_agg(t.oid) into trusted from trusted t;
  path := array(select n.oid from pg_catalog.pg_namespace n where n.nspname = any (:'schemas'::text[]));
  own := (select n.oid from pg_catalog.pg_namespace n where n.nspname = (:'schemas'::text[])[1]);
  if not exists (select from pg_catalog.pg_proc p where p.pronamespace = any (path) and p.proowner <> all (trusted))
     and not exists (select from pg_catalog.pg_operator o where o.oprnamespace = any (path) and o.oprowner <> all (trusted))
     and not exists (select from pg_catalog.pg_type t
                      where t.typnamespace = any (path) and t.typtype <> 'e' and t.typowner <> all (trusted)) then
    perform pg_catalog.set_config('search_path', before, true);
    return;
  end if;
  with recursive object as materialized (
    select * from pg_catalog.json_to_recordset(:'objects')
             as o(identity text, schema text, name text, "table" text, written json)
  ), standing as materialized ( -- of a trigger, its table
    select o.identity, o.name, o."table" is not null as of_trigger, c.oid
      from object o
      join pg_catalog.pg_namespace n on n.nspname = o.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = coalesce(o."table", o.name)
     where pg_catalog.strpos(o.identity, '(') = 0 or o."table" is not null
  ), relation as (
    select s.identity, s.oid from standing s where not s.of_trigger
  ), part as (
    select r.identity, 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid as class, w.oid
      from relation r join pg_catalog.pg_rewrite w on w.ev_class = r.oid
     union all
    select s.identity, 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
      from standing s join pg_catalog.pg_trigger t on t.tgrelid = s.oid and t.tgname = s.name
     where s.of_trigger
     union all
    select r.identity, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
      from relation r join pg_catalog.pg_index i on i.indrelid = r.oid
     union all
    select r.identity, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid
      from relation r join pg_catalog.pg_attrdef d on d.adrelid = r.oid
     union all
    select r.identity, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
      from relation r join pg_catalog.pg_statistic_ext s on s.stxrelid = r.oid
     union all
    select o.identity, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
      from object o
      join pg_catalog.pg_namespace n on n.nspname = o.schema
      join pg_catalog.pg_proc p on p.pronamespace = n.oid and p.proname = o.name
     where o."table" is null and pg_catalog.strpos(o.identity, '(') > 0 and p.proowner = any (trusted)
  ), used as materialized (
    select distinct p.identity, d.refclassid, d.refobjid
      from part p
      join pg_catalog.pg_depend d on d.classid = p.class and d.objid = p.oid
  ), thing as ( -- of untrusted roles
    select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, p.oid, n.nspname as schema, p.proname as name, p.proowner as owner,
           case p.prokind when 'p' then 'procedure ' when 'a' then 'aggregate ' else 'function ' end
             || p.oid::pg_catalog.regprocedure::text as what
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where p.proowner <> all (trusted)
     union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, n.nspname, o.oprname, o.oprowner,
           'operator ' || o.oid::pg_catalog.regoperator::text
      from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
     where o.oprowner <> all (trusted)
     union all
    -- Lists of values and rows run nothing.
    select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, n.nspname, e.typname, e.typowner,
           'type ' || e.oid::pg_catalog.regtype::text
      from pg_catalog.pg_type t
      join pg_catalog.pg_type e on e.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
      join pg_catalog.pg_namespace n on n.oid = e.typnamespace
     where e.typtype not in ('e', 'c') and e.typowner <> all (trusted)
     union all
    -- A view's functions run with the rights of whoever reads it.
    select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, n.nspname, c.relname, c.relowner,
           'view ' || c.oid::pg_catalog.regclass::text
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v' and c.relowner <> all (trusted)
  ), :reached, foreign_code as (
    select u.identity, t.class, t.oid, t.schema, t.name, t.owner, t.what
      from used u
      join thing t on t.class = u.refclassid and t.oid = u.refobjid
     union
    -- What a text is about to use is known by its names alone.
    select c.identity, c.class, c.oid, c.schema, c.name, c.owner, c.what from caller_code c
  ), hit as (
    select f.identity, f.what, f.owner, null::text as body, null::text as runs
      from foreign_code f
     where not exists (select from object o
                        cross join lateral pg_catalog.json_array_elements(o.written) as w(value)
                        where o.identity = f.identity and w.value ->> 0 = f.schema and w.value ->> 1 = f.name)
       and not exists (
         select from pg_catalog.json_to_recordset(:'own') as s(schema text, name text, arguments text)
          where s.schema = f.schema and s.name = f.name
            and s.arguments is not distinct from (
              select coalesce(pg_catalog.string_agg(
                       case when e.typnamespace = own
                            then pg_catalog.substr(pg_catalog.format_type(t.oid, null),
                                                   pg_catalog.length(e.typnamespace::pg_catalog.regnamespace::text) + 2)
                            else pg_catalog.format_type(t.oid, null) end, ',' order by t.place), '')
                from pg_catalog.pg_proc p
               cross join lateral pg_catalog.unnest(p.proargtypes) with ordinality t(oid, place)
                join pg_catalog.pg_type e on e.oid = t.oid
               where p.oid = f.oid and f.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
              having f.class = 'pg_catalog.pg_proc'::pg_catalog.regclass))
     union
    select h.identity, h.what, h.owner, h.body, h.runs
      from reached_hit h
     where not exists (select from pg_catalog.json_array_elements(:'chosen') as w(value)
                        where w.value ->> 0 = h.schema and w.value ->> 1 = h.name)
  )
  select pg_catalog.json_agg(pg_catalog.json_build_object(
           'identity', h.identity, 'what', h.what, 'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(h.owner)),
           'body', h.body, 'runs', h.runs)
           order by h.identity, h.body nulls first, h.what)::text
    into found
    from hit h;
  if found is not null then
    raise exception using errcode = 'VK001', detail = found,
      message = 'an unqualified name of the project means something of a role that is not trusted';
  end if;
  perform pg_catalog.set_config('search_path', before, true);
end
$viewkeeper$
