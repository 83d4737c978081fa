-- Functions, procedures and aggregates.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql).
-- Columns: answer (as in snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', 'pg_proc/' || p.oid || '/0',
         'kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
         'schema', s.nspname,
         'name', p.proname,
         'arguments', t.arguments,
         'definition', d.text,
         'attributes', json_build_object(
           'returns', case when p.prokind <> 'p' then pg_get_function_result(p.oid) end,
           'parameters', nullif(pg_get_function_arguments(p.oid), ''),
           'language', case when p.prokind <> 'a' then l.lanname end,
           'volatility', case when p.prokind in ('f', 'w') then
             case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end end,
           'strict', case when p.prokind in ('f', 'w') then case when p.proisstrict then 'yes' else 'no' end end,
           'security', case when p.prokind <> 'a' then case when p.prosecdef then 'definer' else 'invoker' end end,
           'leakproof', case when p.proleakproof then 'yes' end,
           'parallel', case when p.prokind <> 'p' then
             case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end end,
           'cost', case when p.prokind in ('f', 'w') then p.procost::text end,
           'rows', case when p.proretset then p.prorows::text end,
           'settings', array_to_string(p.proconfig, ', '))))), '[]') as answer
  from pg_catalog.pg_proc p
  join scope s on s.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
 cross join lateral (
   select coalesce(string_agg(format_type(x.type, null), ',' order by x.place), '') as arguments
     from unnest(p.proargtypes) with ordinality x(type, place)) t
 cross join lateral (
   -- pg_get_functiondef knows no aggregates.
   select case when p.prokind = 'a' then format('create aggregate %I.%I', s.nspname, p.proname) || :aggregate
               else rtrim(pg_get_functiondef(p.oid), E'\n') end as text) d
 where p.oid >= 16384
   and p.oid not in (select m.objid from member m where m.classid = 'pg_proc'::regclass)
   -- The constructors of range types and the like belong to their type.
   and not exists (
     select from pg_catalog.pg_depend i
      where i.classid = 'pg_proc'::regclass and i.objid = p.oid and i.deptype = 'i')
