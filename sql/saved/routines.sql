-- A part of saved.sql, a CTE's query: the statements that make functions, procedures, aggregates, operators, casts and transforms
-- anew.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
routine_line(node, field, place, key, option, col, late, statement) as (
  select n.node, 'create', 0, '', null::text, null::text, false, rtrim(pg_get_functiondef(p.oid), E'\n')
    from named n
    join pg_catalog.pg_proc p on p.oid = n.objid and p.prokind <> 'a'
   where n.what = 'routine'
  union all -- pg_get_functiondef knows no aggregates
  select n.node, 'create', 0, '', null, null, false, format('create aggregate %I.%I%s', s.nspname, p.proname, :aggregate)
    from named n
    join pg_catalog.pg_proc p on p.oid = n.objid and p.prokind = 'a'
    join pg_catalog.pg_namespace s on s.oid = p.pronamespace
   where n.what = 'routine'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create operator %s (%s)', n.fq, concat_ws(', ',
                'function = ' || o.oprcode,
                'leftarg = ' || format_type(nullif(o.oprleft, 0), null),
                'rightarg = ' || format_type(nullif(o.oprright, 0), null),
                'commutator = ' || op.commutator, 'negator = ' || op.negator,
                'restrict = ' || nullif(o.oprrest, 0)::regproc, 'join = ' || nullif(o.oprjoin, 0)::regproc,
                case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end))
    from named n
    join pg_catalog.pg_operator o on o.oid = n.objid
   cross join lateral (
     select max(q.name) filter (where q.oid = o.oprcom) as commutator,
            max(q.name) filter (where q.oid = o.oprnegate) as negator
       from (select c.oid, format('operator(%I.%s)', s.nspname, c.oprname) as name
               from pg_catalog.pg_operator c
               join pg_catalog.pg_namespace s on s.oid = c.oprnamespace
              where c.oid in (o.oprcom, o.oprnegate)) q) op
   where n.what = 'operator'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create %s %s%s', n.spoken,
                case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure
                                  when 'i' then 'with inout' else 'without function' end,
                case c.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' end)
    from named n
    join pg_catalog.pg_cast c on c.oid = n.objid
   where n.what = 'cast'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create %s (%s)', n.spoken, concat_ws(', ',
                'from sql with function ' || nullif(t.trffromsql, 0)::regprocedure,
                'to sql with function ' || nullif(t.trftosql, 0)::regprocedure))
    from named n
    join pg_catalog.pg_transform t on t.oid = n.objid
   where n.what = 'transform'
)
