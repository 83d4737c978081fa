-- The schema of the ledger, where it is not there yet, and no right of others to create in it, which default privileges may have
-- given.
-- Parameters: ledger (schema). Columns: none. Versions: 14-18.
create schema :"ledger";
do $viewkeeper$
declare
  given record;
begin
  for given in
    select case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee
      from pg_catalog.pg_namespace n
     cross join lateral pg_catalog.aclexplode(n.nspacl) a
     where n.nspname = :'ledger' and a.privilege_type = 'CREATE' and a.grantee <> n.nspowner
  loop
    execute pg_catalog.format('revoke create on schema %I from %s', :'ledger', given.grantee);
  end loop;
end
$viewkeeper$
