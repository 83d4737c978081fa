-- A part of uses.sql, CTEs in the place of uses/reached.sql: nothing is about to run.
-- Columns: as there.
-- Parameters: none. Versions: 14-18.
caller_code as (
  select null::text as identity, null::oid as class, null::oid as oid, null::name as schema, null::name as name, null::oid as owner,
         null::text as what
   where false
), reached_hit as (
  select null::text as identity, null::name as schema, null::name as name, null::text as what, null::oid as owner, null::text as body,
         null::text as runs
   where false
)
