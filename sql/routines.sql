-- The routines that are there under the identities of the project: types are written as in the files, and mean what they
-- mean under the project's search_path.
-- Parameters: identities (text[]). Columns: answer (JSON: {identity: address}; without those that are not there).
-- Settings: search_path to the project's. Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(i.identity, 'pg_catalog.pg_proc'::pg_catalog.regclass::oid || '/' || r.oid || '/0'), '{}')
         as answer
  from pg_catalog.unnest(:'identities'::text[]) as i(identity)
 -- Before 16 it raises an error where one of the types is not there.
 cross join lateral (
   select case when not exists (
                 select from pg_catalog.regexp_matches(
                               substring(i.identity from '\(([^()]+)\)$'), '(("([^"]|"")*"|[^,"])+)', 'g') a(type)
                  where pg_catalog.to_regtype(a.type[1]) is null)
               then pg_catalog.to_regprocedure(i.identity)::oid end as oid) r
 where r.oid is not null
