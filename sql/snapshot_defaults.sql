-- The rights that ALTER DEFAULT PRIVILEGES gives to objects which a role will make, in a schema or everywhere, where they are not
-- those that a new object has by itself.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (JSON: [{role, schema,
-- objects, privileges, definition}]; schema is null for everywhere). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_build_object(
         'role', pg_get_userbyid(d.defaclrole),
         'schema', s.nspname,
         'objects', o.word,
         'privileges', g.told,
         'definition', g.statements)), '[]') as answer
  from pg_catalog.pg_default_acl d
  left join scope s on s.oid = d.defaclnamespace
 cross join lateral (
   select case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
                               when 'n' then 'schemas' else 'large objects' end as word,
          -- Those for a schema are added to the others, and those for everywhere take their place.
          case when d.defaclnamespace = 0
               then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as usual,
          format('alter default privileges for role %I%s ', pg_get_userbyid(d.defaclrole), ' in schema ' || quote_ident(s.nspname))
            as head) o
 cross join lateral (
   select string_agg(w.grantee || ': ' || coalesce(w.told, 'none'), '; ' order by w.grantee) as told,
          string_agg(concat_ws(E';\n', w.revoke, w.grant, w.grant_option), E';\n' order by w.grantee) as statements
     from (select e.grantee, e.told,
                  o.head || case when e.usually then format('revoke all on %s from %s', o.word, e.grantee) end as revoke,
                  o.head || 'grant ' || e.plain || format(' on %s to %s', o.word, e.grantee) as "grant",
                  o.head || 'grant ' || e.grantable || format(' on %s to %s with grant option', o.word, e.grantee) as grant_option
             from (select x.grantee,
                          bool_or(x.usually) as usually,
                          string_agg(x.privilege || case when x.grantable then ' with grant option' else '' end, ', '
                                     order by x.privilege) filter (where not x.usually) as told,
                          string_agg(x.privilege, ', ' order by x.privilege) filter (where not x.usually and not x.grantable) as plain,
                          string_agg(x.privilege, ', ' order by x.privilege) filter (where not x.usually and x.grantable) as grantable,
                          string_agg(x.privilege || x.grantable, ', ' order by x.privilege) filter (where x.usually) as before,
                          string_agg(x.privilege || x.grantable, ', ' order by x.privilege) filter (where not x.usually) as after
                     from (select case y.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(y.grantee)) end as grantee,
                                  lower(y.privilege_type) as privilege, y.is_grantable as grantable, y.usually
                             from (select z.grantee, z.privilege_type, z.is_grantable, false as usually
                                     from aclexplode(d.defaclacl) z
                                   union all
                                   select z.grantee, z.privilege_type, z.is_grantable, true
                                     from aclexplode(o.usual) z) y) x
                    group by x.grantee) e
            where e.before is distinct from e.after) w) g
 where (d.defaclnamespace = 0 or s.oid is not null)
   and g.told is not null
