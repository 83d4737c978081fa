-- A part of live.sql and saved/parts.sql, a subquery: the clones of a trigger on the partitions of its table.
-- Columns: relation (the partition), fires (when it does, as pg_trigger.tgenabled has it), above (when the trigger fires that it
-- is a clone of), level (1 for a partition of the table itself). Needs: t (the pg_trigger). Parameters: none. Versions: 14-18.
with recursive clone(oid, relation, fires, above, level) as (
  select k.oid, k.tgrelid, k.tgenabled, t.tgenabled, 1
    from pg_catalog.pg_trigger k
   where k.tgparentid = t.oid
  union all
  select k.oid, k.tgrelid, k.tgenabled, c.fires, c.level + 1
    from clone c
    join pg_catalog.pg_trigger k on k.tgparentid = c.oid
)
select c.relation, c.fires, c.above, c.level from clone c
