-- A part of live.sql, record.sql and recorded.sql, an expression: what tells the definition of the object o (class, oid) from others, as
-- two hashes: of the pretty text that the server makes of it, and of the operators and functions that it uses, because the server
-- prints no schema for some of them. Where the server prints plain text otherwise once it has read it again, this is mostly the same.
-- Null for what is no object of a kind that files define.
-- Parameters: none. Settings: pinned, search_path to pg_catalog. Versions: 14-18.
pg_catalog.md5(case o.class
  when 'pg_catalog.pg_class'::pg_catalog.regclass then
    (select pg_catalog.pg_get_viewdef(c.oid, true) from pg_catalog.pg_class c where c.oid = o.oid and c.relkind in ('v', 'm'))
  when 'pg_catalog.pg_trigger'::pg_catalog.regclass then
    (select pg_catalog.pg_get_triggerdef(t.oid, true) from pg_catalog.pg_trigger t where t.oid = o.oid)
  when 'pg_catalog.pg_proc'::pg_catalog.regclass then
    (select case when p.prokind = 'a' then :aggregate else pg_catalog.pg_get_functiondef(p.oid) end
       from pg_catalog.pg_proc p where p.oid = o.oid)
end) || ' ' || (
  select pg_catalog.md5(coalesce(pg_catalog.string_agg(u.used, ',' order by u.used), ''))
    from (select distinct case d.refclassid when 'pg_catalog.pg_operator'::pg_catalog.regclass
                            then (d.refobjid::pg_catalog.regoperator)::text
                            else (d.refobjid::pg_catalog.regprocedure)::text end collate "C" as used
            from (select o.class, o.oid where o.class <> 'pg_catalog.pg_class'::pg_catalog.regclass
                  union all
                  select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid
                    from pg_catalog.pg_rewrite w
                   where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and w.ev_class = o.oid and w.rulename = '_RETURN') x
            join pg_catalog.pg_depend d on d.classid = x.class and d.objid = x.oid and d.deptype = 'n'
           where d.refclassid in ('pg_catalog.pg_operator'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass)) u)
