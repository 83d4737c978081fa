-- Takes back what the session came to hold since sql/session_mark.sql and no transaction takes back: what was prepared by PREPARE,
-- advisory locks of the session, and of what ran outside of a transaction cursors, channels and temporary relations. In another session
-- nothing. Nobody is told how often a lock is held: one that was held before stays as it is. Amid what others wrote: it keeps their
-- search_path.
-- Parameters: pid, since (as the mark says), locks (text[]), channels (text[]), temporary (oid[]). Columns: none. Versions: 14-18.
do $viewkeeper$
declare
  undo pg_catalog.text;
  held pg_catalog.record;
  done pg_catalog.bool;
begin
  if pg_catalog.pg_backend_pid() operator(pg_catalog.<>) :pid then
    return;
  end if;
  for undo in
    select pg_catalog.format('deallocate %I', s.name)
      from pg_catalog.pg_prepared_statements s
     where s.from_sql
       and extract(epoch from s.prepare_time) operator(pg_catalog.>=) :'since'::pg_catalog.numeric
    union all
    select pg_catalog.format('close %I', c.name)
      from pg_catalog.pg_cursors c
     where c.is_holdable
       and extract(epoch from c.creation_time) operator(pg_catalog.>=) :'since'::pg_catalog.numeric
    union all
    select pg_catalog.format('unlisten %I', c.name)
      from pg_catalog.pg_listening_channels() as c(name)
     where c.name operator(pg_catalog.<>) all (:'channels'::pg_catalog.text[])
  loop
    execute undo;
  end loop;
  for held in
    select l.classid, l.objid, l.objsubid, l.mode
      from pg_catalog.pg_locks l
     where l.locktype operator(pg_catalog.=) 'advisory'
       and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
       and pg_catalog.format('%s %s %s %s', l.classid, l.objid, l.objsubid, l.mode)
             operator(pg_catalog.<>) all (:'locks'::pg_catalog.text[])
  loop
    -- As often as it is held. One too many would be a warning.
    loop
      done := case
        when held.objsubid operator(pg_catalog.=) 1 and held.mode operator(pg_catalog.=) 'ExclusiveLock' then
          pg_catalog.pg_advisory_unlock(
            (held.classid::pg_catalog.int8 operator(pg_catalog.<<) 32) operator(pg_catalog.|) held.objid::pg_catalog.int8)
        when held.objsubid operator(pg_catalog.=) 1 then
          pg_catalog.pg_advisory_unlock_shared(
            (held.classid::pg_catalog.int8 operator(pg_catalog.<<) 32) operator(pg_catalog.|) held.objid::pg_catalog.int8)
        when held.mode operator(pg_catalog.=) 'ExclusiveLock' then
          pg_catalog.pg_advisory_unlock(held.classid::pg_catalog.int4, held.objid::pg_catalog.int4)
        else
          pg_catalog.pg_advisory_unlock_shared(held.classid::pg_catalog.int4, held.objid::pg_catalog.int4)
      end;
      exit when not done or not exists (
        select
          from pg_catalog.pg_locks l
         where l.locktype operator(pg_catalog.=) 'advisory'
           and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
           and l.classid operator(pg_catalog.=) held.classid
           and l.objid operator(pg_catalog.=) held.objid
           and l.objsubid operator(pg_catalog.=) held.objsubid
           and l.mode operator(pg_catalog.=) held.mode);
    end loop;
  end loop;
  -- One goes with another one that it hangs on.
  for held in
    select c.oid, pg_catalog.format('drop %s if exists pg_temp.%I cascade',
             case when c.relkind operator(pg_catalog.=) 'v' then 'view'
                  when c.relkind operator(pg_catalog.=) 'S' then 'sequence'
                  else 'table' end, c.relname) as undo
      from pg_catalog.pg_class c
     where c.relnamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema()
       and c.relkind operator(pg_catalog.=) any ('{r,p,v,S}'::pg_catalog."char"[])
       and c.oid operator(pg_catalog.<>) all (:'temporary'::pg_catalog.oid[])
     order by c.relkind operator(pg_catalog.=) 'S', c.relkind operator(pg_catalog.<>) 'v'
  loop
    if exists (select from pg_catalog.pg_class c where c.oid operator(pg_catalog.=) held.oid) then
      execute held.undo;
    end if;
  end loop;
end
$viewkeeper$
