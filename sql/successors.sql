-- The addresses that objects have now under the identities that they had.
-- Parameters: identities (JSON: {old address: identity}). Columns: answer (JSON: {old address: address}; without those that
-- are not there). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(i.key, n.address) filter (where n.address is not null), '{}') as answer
  from pg_catalog.json_each_text(:'identities') i
 cross join lateral (select pg_catalog.split_part(i.key, '/', 1)::oid as class) k
 cross join lateral (
   select k.class || '/' || case k.class
            when 'pg_catalog.pg_class'::pg_catalog.regclass then pg_catalog.to_regclass(i.value)::oid
            -- Before 16 it raises an error where one of the types is not there.
            when 'pg_catalog.pg_proc'::pg_catalog.regclass then case when not exists (
              select from pg_catalog.regexp_matches(
                            substring(i.value from '\(([^()]+)\)$'), '(("([^"]|"")*"|[^,"])+)', 'g') a(type)
               where pg_catalog.to_regtype(a.type[1]) is null) then pg_catalog.to_regprocedure(i.value)::oid end
            when 'pg_catalog.pg_trigger'::pg_catalog.regclass then (
              select t.oid
                from pg_catalog.pg_trigger t
               where t.tgparentid = 0 and not t.tgisinternal
                 and (pg_catalog.pg_identify_object(k.class, t.oid, 0)).identity = i.value) end || '/0' as address) n
 -- no column of a table
 where pg_catalog.split_part(i.key, '/', 3) = '0'
