-- The sessions that hold a lock on some relations, which keeps us from an exclusive one; the oldest transaction first. With a
-- text instead: on relations that it names, or, where nobody does, on any (it may be a partition, or one that a foreign key leads
-- to). With neither: those that hold an exclusive lock on any, which keeps us from reading.
-- Parameters: relations (oid[]), text. Columns: answer (JSON: [{relation, pid (0 for a prepared transaction), user, application,
-- seconds (age of its transaction), state: both null where the role may not know}]). What it runs is its own affair: a query may
-- hold a password. Versions: 14-18.
with word as (
  select distinct w.word
    from pg_catalog.regexp_split_to_table(pg_catalog.lower(:'text'), '[^[:alnum:]_$]+') w(word)
), held as (
  select l.*, exists (select from word w where w.word = pg_catalog.lower(c.relname))
              or c.relname ~ '[^[:alnum:]_$]' and pg_catalog.strpos(:'text', c.relname) > 0 as named
    from pg_catalog.pg_locks l
    left join pg_catalog.pg_class c on c.oid = l.relation
   where l.locktype = 'relation'
     and l.granted
     and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
     and l.pid is distinct from pg_catalog.pg_backend_pid()
     and case when :'relations' <> '{}' then l.relation = any (:'relations'::oid[])
              when :'text' <> '' then l.relation >= 16384
              else l.mode = 'AccessExclusiveLock' and l.relation >= 16384 end
)
select coalesce(pg_catalog.json_agg(b.blocker order by b.since), '[]') as answer
  from (
    select distinct on (l.pid)
           coalesce(a.xact_start, p.prepared) as since,
           pg_catalog.json_build_object(
             'relation', l.relation::pg_catalog.regclass::text,
             'pid', coalesce(l.pid, 0),
             'user', coalesce(a.usename, p.owner, ''),
             'application', coalesce(a.application_name, p.gid, ''),
             'seconds', extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, p.prepared))::int,
             'state', coalesce(a.state, case when l.pid is null then 'prepared transaction' end)) as blocker
      from held l
      left join pg_catalog.pg_stat_activity a on a.pid = l.pid
      left join pg_catalog.pg_prepared_xacts p on l.pid is null and '-1/' || p.transaction = l.virtualtransaction
     where :'relations' <> '{}' or l.named or not exists (select from held o where o.named)
     order by l.pid, l.relation) b
