-- A part of edges.sql and record.sql, behind a select list: the recorded objects (o), each with what it stands on by pg_depend
-- (d); a view stands on what its rule does. Of which kinds of dependencies, and of which objects, the statement says.
-- Parameters: ledger (schema). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
    from :"ledger".object o
    left join pg_catalog.pg_rewrite r
      on o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and r.ev_class = o.oid and r.rulename = '_RETURN'
    join pg_catalog.pg_depend d
      on d.classid = case when r.oid is null then o.class else 'pg_catalog.pg_rewrite'::pg_catalog.regclass end
     and d.objid = coalesce(r.oid, o.oid)
