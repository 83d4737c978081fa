-- Takes from a new ledger what default privileges gave to others beside reading: who may write it can make us take their word.
-- Parameters: ledger (schema). Versions: 14-18.
do $viewkeeper$
declare
  given record;
begin
  for given in
    select c.relname, pg_catalog.string_agg(distinct a.privilege_type, ', ') as privileges,
           case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     cross join lateral pg_catalog.aclexplode(c.relacl) a
     where n.nspname = :'ledger' and c.relkind in ('r', 'v')
       and a.grantee <> c.relowner and a.privilege_type <> 'SELECT'
     group by c.relname, a.grantee
  loop
    execute pg_catalog.format('revoke %s on %I.%I from %s', given.privileges, :'ledger', given.relname, given.grantee);
  end loop;
end
$viewkeeper$
