-- A part of saved/trust.sql, CTEs: functions that do what their arguments say, those of the server and of extensions
-- (does_as_told), and those of somebody's own that may (obedient). Such a one is not immutable, takes something that can hold a
-- statement or a name, and runs what it is made of: its body, or that of a function which a body names, has EXECUTE, is in a
-- language in which everything can be said, or calls a function of the server or of an extension that does so.
-- Parameters: none. Columns: oid. Needs: told. Versions: 14-18.
does_as_told(oid, name) as materialized (
  select p.oid, p.proname::text
    from pg_catalog.pg_proc p
   where (p.provolatile = 'v'
            and not (p.oid < 16384 and p.proname in ('clock_timestamp', 'gen_random_uuid', 'random', 'timeofday'))
          or p.proname ~ '^(query|table|schema|database|cursor)_to_xml|^pg_input_'
          or p.proname in ('satisfies_hash_partition', 'pg_get_partition_constraintdef')
          or p.proargtypes::oid[] && '{cstring,internal}'::regtype[]::oid[])
     and (p.oid < 16384 or exists (select from pg_catalog.pg_depend e
                                    where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'))
), obeys(oid, reached) as (
  select distinct p.oid, p.oid
    from told o
    join pg_catalog.pg_proc p on o.classid = 'pg_catalog.pg_proc'::regclass and p.oid = o.objid and p.provolatile <> 'i'
   where not exists (select from pg_catalog.pg_depend e
                      where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
     and exists (
       select from pg_catalog.unnest(p.proargtypes) a(oid)
         join pg_catalog.pg_type y on y.oid = a.oid
         left join pg_catalog.pg_type t on y.typcategory = 'A' and t.oid = y.typelem
        where coalesce(t.typcategory, y.typcategory) not in ('B', 'D', 'E', 'G', 'I', 'T', 'V')
          and coalesce(t.oid, y.oid) <> all ('{smallint,integer,bigint,real,"double precision",numeric,money,uuid}'::regtype[]::oid[]))
  union
  select b.oid, q.oid
    from obeys b
    join pg_catalog.pg_proc p on p.oid = b.reached
   cross join lateral (
     select q.oid
       from pg_catalog.regexp_split_to_table(lower(p.prosrc), '[^[:alnum:]_$]+') w(word)
       join pg_catalog.pg_proc q on q.proname = w.word and q.oid >= 16384
      where p.prosqlbody is null
     union all
     select d.refobjid
       from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_catalog.pg_proc'::regclass
        and p.prosqlbody is not null) q
), obedient(oid) as materialized (
  select distinct b.oid
    from obeys b
    join pg_catalog.pg_proc p on p.oid = b.reached
    join pg_catalog.pg_language l on l.oid = p.prolang
   where l.lanname not in ('sql', 'plpgsql')
      or p.prosrc ~* '\mexecute\M'
      or exists (
           select from pg_catalog.regexp_split_to_table(lower(p.prosrc), '[^[:alnum:]_$]+') w(word)
             join does_as_told d on d.name = w.word
            where p.prosqlbody is null)
      or exists (
           select from pg_catalog.regexp_matches(p.prosqlbody::text, ':(?:op)?funcid (\d+)', 'g') f(found)
             join does_as_told d on d.oid = f.found[1]::oid)
)
