-- Takes from new tables of ours what default privileges gave to others beside reading: who may write ledger or history can make
-- us take his word.
-- Parameters: which (a condition about c of pg_class and n of pg_namespace). Columns: none. Versions: 14-18.
do $viewkeeper$
declare
  given record;
begin
  for given in
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as relation,
           pg_catalog.string_agg(distinct a.privilege_type, ', ') as privileges,
           case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     cross join lateral pg_catalog.aclexplode(c.relacl) a
     where :which and c.relkind in ('r', 'v')
       and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'
     group by 1, a.grantee
  loop
    execute pg_catalog.format('revoke %s on %s from %s', given.privileges, given.relation, given.grantee);
  end loop;
end
$viewkeeper$
