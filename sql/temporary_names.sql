-- The names that this session may give to schemas that it makes for a while: what they begin with, which says whose session it is
-- and when it began, and the first number that no schema has behind it. One that somebody made of such a name is neither in the
-- way nor ours.
-- Parameters: project (its part of the names). Columns: answer (JSON: {prefix, first}). Settings: search_path to pg_catalog.
-- Versions: 14-18.
with session as materialized (
  select pg_catalog.format('viewkeeper_%s_%s_%s_', :'project'::pg_catalog.text, a.pid,
                           pg_catalog.to_hex((extract(epoch from a.backend_start) * 1000)::bigint)) as prefix
    from pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a
)
select pg_catalog.json_build_object('prefix', s.prefix, 'first', (
         select coalesce(pg_catalog.max(case when t.rest ~ '^[0-9]{1,3}$' then t.rest::int end) + 1, 0)
           from pg_catalog.pg_namespace n
          cross join lateral (
            select pg_catalog.substr(n.nspname::text, pg_catalog.length(s.prefix) + 1) as rest) t
          where pg_catalog.starts_with(n.nspname::text, s.prefix))) as answer
  from session s
