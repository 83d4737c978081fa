-- What a fingerprint does not tell of the project's objects: members of extensions, and materialized views that are not filled.
-- Parameters: wanted (JSON: [{place, schema, name, table, routine (the identity of one, quoted), found (its address, see routines.sql)}]).
-- Columns: answer (JSON: [{place, extension, drop (its statement's words), empty (a boolean)}]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'place', o.place, 'extension', e.extname, 'empty', o.empty,
         'drop', 'alter extension ' || pg_catalog.quote_ident(e.extname) || ' drop ' || o.called) order by o.place), '[]') as answer
  from (
    select w.place, 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, c.oid,
           c.relkind = 'm' and not c.relispopulated as empty,
           case c.relkind when 'm' then 'materialized view ' else 'view ' end
             || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) as called
      from pg_catalog.json_to_recordset(:'wanted') as w(place int4, schema text, name text, "table" text, routine text)
      join pg_catalog.pg_namespace n on n.nspname = w.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.name and c.relkind in ('v', 'm')
     where w."table" is null and w.routine is null
    union all
    select w.place, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, false, 'routine ' || w.routine
      from pg_catalog.json_to_recordset(:'wanted') as w(place int4, routine text, found text)
      join pg_catalog.pg_proc p on p.oid = pg_catalog.split_part(w.found, '/', 2)::oid) o
  left join pg_catalog.pg_depend d on d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
   and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
  left join pg_catalog.pg_extension e on e.oid = d.refobjid
 where o.empty or e.oid is not null
