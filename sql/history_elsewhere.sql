-- Relations with the name of refinery's history in other schemas of the search_path that the session had, and whose they are:
-- refinery itself looks there. The path that is set is lost; whoever asks sets it again.
-- Parameters: path (a search_path as the server shows it), history (its name), schemas (text[]: those where it is looked for
-- anyway).
-- Columns: answer (JSON: [FoundHistory], see src/read/history_elsewhere.rs, in the order of the path). Versions: 14-18.
with recursive :trusted_roles, path as materialized (
  select set_config('search_path', :'path', true) as path
), searched as materialized (
  -- "false", once the path is set.
  select s.name, s.place
    from path p
   cross join lateral unnest(current_schemas(p.path is null)) with ordinality as s(name, place)
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'relation', pg_catalog.format('%I.%I', n.nspname, c.relname),
         'kind', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
         'schema', n.nspname,
         'owner', pg_catalog.pg_get_userbyid(c.relowner),
         'owner_is_trusted', c.relowner in (select t.oid from trusted t),
         'schema_owner', pg_catalog.pg_get_userbyid(n.nspowner),
         'schema_owner_is_trusted', n.nspowner in (select t.oid from trusted t),
         'writers', (
           select coalesce(pg_catalog.json_agg(distinct
                    case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee)::text end),
                           '[]')
             from pg_catalog.aclexplode(c.relacl) a
            where a.privilege_type <> 'SELECT' and a.grantee <> c.relowner and a.grantee not in (select t.oid from trusted t)),
         'login', session_user,
         'database', pg_catalog.current_database(),
         'rest', (select coalesce(pg_catalog.json_agg(o.name order by o.place), '[]') from searched o where o.name <> n.nspname))
         order by s.place), '[]') as answer
  from searched s
  join pg_catalog.pg_namespace n on n.nspname = s.name
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = :'history' and c.relkind in ('r', 'p', 'v', 'm', 'f')
 where n.nspname <> all (:'schemas'::pg_catalog.name[])
