-- A part of live.sql, record.sql and recorded.sql, an expression: the text that the server makes of the object o (class, oid);
-- null for what is no object of a kind that files define.
-- Parameters: none. Settings: pinned, search_path to pg_catalog. Versions: 14-18.
case o.class
  when 'pg_catalog.pg_class'::pg_catalog.regclass then
    (select pg_catalog.pg_get_viewdef(c.oid) from pg_catalog.pg_class c where c.oid = o.oid and c.relkind in ('v', 'm'))
  when 'pg_catalog.pg_trigger'::pg_catalog.regclass then
    (select pg_catalog.pg_get_triggerdef(t.oid) from pg_catalog.pg_trigger t where t.oid = o.oid)
  when 'pg_catalog.pg_proc'::pg_catalog.regclass then
    (select case when p.prokind = 'a' then :aggregate else pg_catalog.pg_get_functiondef(p.oid) end
       from pg_catalog.pg_proc p where p.oid = o.oid)
end
