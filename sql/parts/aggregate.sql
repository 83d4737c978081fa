-- A part of exportable.sql, shapes.sql, snapshot_routines.sql, parts/deparsed.sql, parts/likeness.sql and saved/routines.sql, an
-- expression: what follows the name in CREATE AGGREGATE, of the row p of pg_proc, because pg_get_functiondef knows no aggregates.
-- Parameters: none. Settings: search_path to pg_catalog, or one under which the text is compared. Versions: 14-18.
(select pg_catalog.format('(%s) (%s)',
               case when p.pronargs = 0 then '*' else pg_catalog.pg_get_function_arguments(p.oid) end,
               pg_catalog.concat_ws(', ',
               'sfunc = ' || a.aggtransfn,
               'stype = ' || pg_catalog.format_type(a.aggtranstype, null),
               'sspace = ' || nullif(a.aggtransspace, 0),
               'finalfunc = ' || nullif(a.aggfinalfn, 0)::pg_catalog.regproc,
               case when a.aggfinalextra then 'finalfunc_extra' end,
               case when a.aggfinalfn <> 0 then 'finalfunc_modify = '
                 || case a.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
               'combinefunc = ' || nullif(a.aggcombinefn, 0)::pg_catalog.regproc,
               'serialfunc = ' || nullif(a.aggserialfn, 0)::pg_catalog.regproc,
               'deserialfunc = ' || nullif(a.aggdeserialfn, 0)::pg_catalog.regproc,
               'initcond = ' || pg_catalog.quote_literal(a.agginitval),
               'msfunc = ' || nullif(a.aggmtransfn, 0)::pg_catalog.regproc,
               'minvfunc = ' || nullif(a.aggminvtransfn, 0)::pg_catalog.regproc,
               'mstype = ' || pg_catalog.format_type(nullif(a.aggmtranstype, 0), null),
               'msspace = ' || nullif(a.aggmtransspace, 0),
               'mfinalfunc = ' || nullif(a.aggmfinalfn, 0)::pg_catalog.regproc,
               case when a.aggmfinalextra then 'mfinalfunc_extra' end,
               case when a.aggmfinalfn <> 0 then 'mfinalfunc_modify = '
                 || case a.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
               'minitcond = ' || pg_catalog.quote_literal(a.aggminitval),
               'sortop = ' || (select pg_catalog.format('operator(%I.%s)', s.nspname, o.oprname)
                                 from pg_catalog.pg_operator o
                                 join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
                                where o.oid = a.aggsortop),
               'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
               case when a.aggkind = 'h' then 'hypothetical' end))
   from pg_catalog.pg_aggregate a
  where a.aggfnoid = p.oid)
