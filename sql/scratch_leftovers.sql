-- The scratch databases of a project that a process left which was killed. What a standby's primary works with is not seen there.
-- Parameters: project (its part of the name).
-- Columns: answer (JSON: [{name, owner (quoted)}]). Settings: none. Versions: 14-18.
with :scratch_left
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                  'name', o.name, 'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.owner))) order by o.name), '[]') as answer
  from leftover o
 where pg_catalog.starts_with(o.name, 'viewkeeper_scratch_' || :'project' || '_')
   and not pg_catalog.pg_is_in_recovery()
