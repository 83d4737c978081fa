-- Constraints of tables and domains, and indexes that no constraint brings with it. NOT NULL is told with the column, also since
-- 18, which keeps a constraint for it; what a partition or child has from its parent is no item of its own.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_constraint/' || k.oid || '/0',
             'kind', 'constraint',
             'name', k.conname,
             'of', json_build_array(o.nspname, o.name),
             'part_of', o.at,
             'definition', concat_ws(E';\n',
               format('alter %s %I.%I add constraint %I %s', o.kind, o.nspname, o.name, k.conname, pg_get_constraintdef(k.oid)),
               format('alter index %I.%I set (', o.nspname, k.conname) || x.options || ')',
               format('alter index %I.%I set tablespace ', o.nspname, k.conname) || quote_ident(x.tablespace),
               case when x.clustered then format('alter table %I.%I cluster on %I', o.nspname, o.name, k.conname) end,
               case when x.identifies then format('alter table %I.%I replica identity using index %I', o.nspname, o.name, k.conname)
               end),
             'attributes', json_build_object(
               'type', case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key'
                                      when 'c' then 'check' else 'exclude' end,
               'columns', case when k.contype <> 'c' then (
                 select string_agg(quote_ident(a.attname), ', ' order by x.place)
                   from unnest(k.conkey) with ordinality x(attnum, place)
                   join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.attnum) end,
               'references', case when k.contype = 'f' then k.confrelid::regclass || ' (' || (
                 select string_agg(quote_ident(a.attname), ', ' order by x.place)
                   from unnest(k.confkey) with ordinality x(attnum, place)
                   join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.attnum) || ')' end,
               'on-delete', case when k.contype = 'f' then
                 case k.confdeltype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
                                    when 'n' then 'set null' else 'set default' end end,
               'on-update', case when k.contype = 'f' then
                 case k.confupdtype when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade'
                                    when 'n' then 'set null' else 'set default' end end,
               'expression', case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end,
               'deferrable', case when k.contype <> 'c' then
                 case when k.condeferred then 'initially deferred' when k.condeferrable then 'yes' else 'no' end end,
               'validated', case when k.contype in ('c', 'f') then case when k.convalidated then 'yes' else 'no' end end,
               'options', x.options,
               'tablespace', x.tablespace,
               'clustered', case when x.clustered then 'yes' end,
               'replica-identity', case when x.identifies then 'yes' end)) as item
      from pg_catalog.pg_constraint k
      join (select r.oid as relid, 0 as typid, case r.relkind when 'f' then 'foreign table' else 'table' end as kind, r.nspname,
                   r.relname as name, 'pg_class/' || r.oid || '/0' as at
              from relation r
             where r.relkind in ('r', 'p', 'f')
            union all
            select 0, t.oid, 'domain', s.nspname, t.typname, 'pg_type/' || t.oid || '/0'
              from pg_catalog.pg_type t
              join scope s on s.oid = t.typnamespace
             where t.typtype = 'd'
               and t.oid not in (select m.objid from member m where m.classid = 'pg_type'::regclass)) o
        on o.relid = k.conrelid and o.typid = k.contypid
      left join lateral (
       select s.spcname as tablespace, array_to_string(c.reloptions, ', ') as options, i.indisclustered as clustered,
              i.indisreplident as identifies
         from pg_catalog.pg_index i
         join pg_catalog.pg_class c on c.oid = i.indexrelid
         left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
        where i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')) x on true
     where k.contype in ('p', 'u', 'f', 'c', 'x')
       and k.conparentid = 0
       and (k.coninhcount = 0 or k.conislocal)
    union all
    select json_build_object(
             'at', 'pg_class/' || c.oid || '/0',
             'kind', 'index',
             'schema', r.nspname,
             'name', c.relname,
             'part_of', 'pg_class/' || r.oid || '/0',
             'definition', concat_ws(E';\n',
               d.begin || coalesce(' tablespace ' || quote_ident(s.spcname), '') || d.predicate,
               case when x.indisclustered then format('alter %s %s cluster on %I', k.word, r.fq, c.relname) end,
               case when x.indisreplident then format('alter table %s replica identity using index %I', r.fq, c.relname) end,
               t.statements),
             'attributes', json_build_object(
               'unique', case when x.indisunique then 'yes' else 'no' end,
               'method', m.amname,
               'columns', k.keys,
               'include', k.included,
               'predicate', pg_get_expr(x.indpred, x.indrelid),
               'options', array_to_string(c.reloptions, ', '),
               'tablespace', s.spcname,
               'valid', case when x.indisvalid then 'yes' else 'no' end,
               'clustered', case when x.indisclustered then 'yes' end,
               'replica-identity', case when x.indisreplident then 'yes' end,
               'statistics-target', t.targets))
      from relation r
      join pg_catalog.pg_index x on x.indrelid = r.oid
      join pg_catalog.pg_class c on c.oid = x.indexrelid and not c.relispartition
      join pg_catalog.pg_am m on m.oid = c.relam
      left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
     cross join lateral (
       select case r.relkind when 'm' then 'materialized view' else 'table' end as word,
              string_agg(pg_get_indexdef(c.oid, n, true), ', ' order by n) filter (where n <= x.indnkeyatts) as keys,
              string_agg(pg_get_indexdef(c.oid, n, true), ', ' order by n) filter (where n > x.indnkeyatts) as included
         from generate_series(1, x.indnatts::int) n) k
     cross join lateral (
       select string_agg(format('alter index %I.%I alter column %s set statistics %s', r.nspname, c.relname, a.attnum,
                                a.attstattarget), E';\n' order by a.attnum) as statements,
              string_agg(format('%s: %s', a.attnum, a.attstattarget), ', ' order by a.attnum) as targets
         from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attstattarget >= 0) t
     cross join lateral (
       -- ONLY would leave out the partitions.
       select left(e.text, length(e.text) - length(e.predicate)) as begin, e.predicate
         from (select case c.relkind when 'I' then regexp_replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ')
                                     else pg_get_indexdef(c.oid) end as text,
                      coalesce(' WHERE ' || pg_get_expr(x.indpred, x.indrelid), '') as predicate) e) d
     where not exists (
       select from pg_catalog.pg_constraint k
        where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))) i
