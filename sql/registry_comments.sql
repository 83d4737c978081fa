-- The comments on objects and columns. That on a schema of the server's own making is left out.
-- Parameters: none. Columns: answer (JSON: [{at, of, column, text}]; of and column for a column). Versions: 14-18.
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', format('%s/%s/%s', d.classoid::regclass, d.objoid, d.objsubid),
         'of', case when d.objsubid > 0 then 'pg_class/' || d.objoid || '/0' end,
         'column', a.attname,
         'text', d.description))), '[]') as answer
  from pg_catalog.pg_description d
  left join pg_catalog.pg_attribute a on d.classoid = 'pg_class'::regclass and a.attrelid = d.objoid and a.attnum = d.objsubid
                                     and d.objsubid > 0
 where d.objoid >= 16384
