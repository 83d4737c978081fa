-- Ends the work where objects came to use, by an unqualified name, what an untrusted role wrote: it would run with the rights of
-- whoever reads or calls them. Asked before anything is filled, and before the commit. Where nothing in the schemas of the path is
-- of an untrusted owner, that is all that is asked. A value of the parameters has no dollar sign.
-- Parameters: schemas (text[]: the project's, and those of its path), objects (JSON: [{identity, schema, name, table, written:
-- [[schema, name]]}]; table: of a trigger; written: what its text names with a schema), called (text[]: functions that an index or a
-- query is about to call), operators (whether it has operators), caller (whose index it is, or the query's file), own (JSON: [{schema,
-- name, arguments}]: the objects of the project among what they may use; types of its schema stand without it), trusted (the text of trusted_roles.sql).
-- Columns: none; an error of SQLSTATE VK001, whose detail is JSON: [{identity, what, owner}].
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
  path := array(select n.oid from pg_catalog.pg_namespace n where n.nspname = any (:'schemas'::text[]));
  own := (select n.oid from pg_catalog.pg_namespace n where n.nspname = (:'schemas'::text[])[1]);
  with recursive :trusted
  select pg_catalog.array_agg(t.oid) into trusted from trusted t;
  if not exists (select from pg_catalog.pg_proc p where p.pronamespace = any (path) and p.proowner <> all (trusted))
     and not exists (select from pg_catalog.pg_operator o where o.oprnamespace = any (path) and o.oprowner <> all (trusted))
     and not exists (select from pg_catalog.pg_type t
                      where t.typnamespace = any (path) and t.typtype <> 'e' and t.typowner <> all (trusted)) then
    perform pg_catalog.set_config('search_path', before, true);
    return;
  end if;
  with object as materialized (
    select * from pg_catalog.json_to_recordset(:'objects')
             as o(identity text, schema text, name text, "table" text, written json)
  ), relation as materialized (
    select o.identity, c.oid
      from object o
      join pg_catalog.pg_namespace n on n.nspname = o.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = coalesce(o."table", o.name)
     where pg_catalog.strpos(o.identity, '(') = 0 or o."table" is not null
  ), part as (
    select r.identity, 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid as class, w.oid
      from relation r join pg_catalog.pg_rewrite w on w.ev_class = r.oid
     where exists (select from object o where o.identity = r.identity and o."table" is null)
     union all
    select r.identity, 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
      from relation r
      join object o on o.identity = r.identity and o."table" is not null
      join pg_catalog.pg_trigger t on t.tgrelid = r.oid and t.tgname = o.name
     union all
    select r.identity, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
      from relation r join pg_catalog.pg_index i on i.indrelid = r.oid
     where exists (select from object o where o.identity = r.identity and o."table" is null)
     union all
    select r.identity, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid
      from relation r join pg_catalog.pg_attrdef d on d.adrelid = r.oid
     where exists (select from object o where o.identity = r.identity and o."table" is null)
     union all
    select r.identity, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
      from relation r join pg_catalog.pg_statistic_ext s on s.stxrelid = r.oid
     where exists (select from object o where o.identity = r.identity and o."table" is null)
     union all
    select o.identity, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid
      from object o
      join pg_catalog.pg_namespace n on n.nspname = o.schema
      join pg_catalog.pg_proc p on p.pronamespace = n.oid and p.proname = o.name
     where o."table" is null and pg_catalog.strpos(o.identity, '(') > 0 and p.proowner = any (trusted)
  ), used as (
    select distinct p.identity, d.refclassid, d.refobjid
      from part p
      join pg_catalog.pg_depend d on d.classid = p.class and d.objid = p.oid
  ), foreign_code as (
    select u.identity, n.nspname as schema, p.proname as name, p.proowner as owner,
           case p.prokind when 'p' then 'procedure ' when 'a' then 'aggregate ' else 'function ' end
             || p.oid::pg_catalog.regprocedure::text as what,
           (select coalesce(pg_catalog.string_agg(
                     case when e.typnamespace = own
                          then pg_catalog.substr(pg_catalog.format_type(t.oid, null),
                                                 pg_catalog.length(e.typnamespace::pg_catalog.regnamespace::text) + 2)
                          else pg_catalog.format_type(t.oid, null) end, ',' order by t.place), '')
              from pg_catalog.unnest(p.proargtypes) with ordinality t(oid, place)
              join pg_catalog.pg_type e on e.oid = t.oid) as arguments
      from used u
      join pg_catalog.pg_proc p on u.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = u.refobjid
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     union all
    select u.identity, n.nspname, o.oprname, o.oprowner, 'operator ' || o.oid::pg_catalog.regoperator::text, null
      from used u
      join pg_catalog.pg_operator o on u.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = u.refobjid
      join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
     union all
    -- Lists of values and rows run nothing.
    select u.identity, n.nspname, e.typname, e.typowner, 'type ' || e.oid::pg_catalog.regtype::text, null
      from used u
      join pg_catalog.pg_type t on u.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = u.refobjid
      join pg_catalog.pg_type e on e.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
      join pg_catalog.pg_namespace n on n.oid = e.typnamespace
     where e.typtype not in ('e', 'c')
     union all
    -- A view's functions run with the rights of whoever reads it.
    select u.identity, n.nspname, c.relname, c.relowner, 'view ' || c.oid::pg_catalog.regclass::text, null
      from used u
      join pg_catalog.pg_class c on u.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = u.refobjid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v'
     union all
    -- What a text is about to use is known by its names alone.
    select :'caller', n.nspname, p.proname, p.proowner, 'function ' || p.oid::pg_catalog.regprocedure::text, null
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where p.pronamespace = any (path) and p.proname = any (:'called'::text[])
     union all
    select :'caller', n.nspname, o.oprname, o.oprowner, 'operator ' || o.oid::pg_catalog.regoperator::text, null
      from pg_catalog.pg_operator o
      join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
     where o.oprnamespace = any (path) and :operators
  )
  select pg_catalog.json_agg(pg_catalog.json_build_object(
           'identity', f.identity, 'what', f.what, 'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.owner)))
           order by f.identity, f.what)::text
    into found
    from foreign_code f
   where f.owner <> all (trusted)
     and not exists (select from object o cross join lateral pg_catalog.json_array_elements(o.written) as w(value)
                      where o.identity = f.identity and w.value ->> 0 = f.schema and w.value ->> 1 = f.name)
     and not exists (select from pg_catalog.json_to_recordset(:'own') as s(schema text, name text, arguments text)
                      where s.schema = f.schema and s.name = f.name and s.arguments is not distinct from f.arguments);
  if found is not null then
    raise exception using errcode = 'VK001', detail = found,
      message = 'an unqualified name of the project means something of a role that is not trusted';
  end if;
  perform pg_catalog.set_config('search_path', before, true);
end
$viewkeeper$
