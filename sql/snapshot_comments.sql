-- The comments on objects and columns. That on a schema of the server's own making is left out, unless it is another one.
-- Parameters: none. Columns: answer (JSON: [{at, of, column, index, text}]; of and column for a column, also of a composite
-- type; for the index of a constraint of is the constraint, and index its schema and name). Versions: 14-18.
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', format('%s/%s/%s', d.classoid::regclass, d.objoid, d.objsubid),
         'of', case when c.relkind = 'c' then 'pg_type/' || c.reltype || '/0'
                    when d.objsubid > 0 then 'pg_class/' || d.objoid || '/0'
                    when k.oid is not null then 'pg_constraint/' || k.oid || '/0' end,
         'column', a.attname,
         'index', case when k.oid is not null then json_build_array(s.nspname, c.relname) end,
         'text', d.description))), '[]') as answer
  from pg_catalog.pg_description d
  left join pg_catalog.pg_attribute a on d.classoid = 'pg_class'::regclass and a.attrelid = d.objoid and a.attnum = d.objsubid
                                     and d.objsubid > 0
  left join pg_catalog.pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
  left join pg_catalog.pg_namespace s on s.oid = c.relnamespace
  left join pg_catalog.pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x')
  left join pg_catalog.pg_namespace p on d.classoid = 'pg_namespace'::regclass and p.oid = d.objoid and p.nspname = 'public'
 where d.objoid >= 16384
    or (p.oid is not null and d.description <> 'standard public schema')
