-- A part of probe.sql, a query in the place of probe/doubts.sql: the same answer, exactly, and everything that is wrong with
-- ledger and migration history. refusals: [{place (of a history; null for the ledger), relation, owner, code, what, which}], by
-- what: owner, schema (its owner is not trusted), create (which role may create in the ledger's schema), everywhere (which role
-- may write into every table; the owner is the role by which it may), kind (it is no table), partition, child, policies, rule,
-- trigger, reference (a foreign key of somebody else), default, check, index, statistics, type (which column's), privilege (which
-- role may do more than read).
-- Columns: answer (JSON, as that of probe/doubts.sql). Parameters: ledger (schema), histories (as in probe/relations.sql).
-- Versions: 14-18.
with recursive :trusted_roles, :everywhere, relation as materialized (
  select x.relation, x.relname, x.relnamespace, x.relowner, x.relacl, x.relkind, x.relrowsecurity, x.place,
         coalesce(x.quoted, pg_catalog.format('%I.%I', n.nspname, x.relname)) as quoted
    from (:relations) x
    join pg_catalog.pg_namespace n on n.oid = x.relnamespace
), ledger_schema as materialized (
  select n.* , n.oid as schema from pg_catalog.pg_namespace n where n.nspname = :'ledger'
), schema as materialized (
  select distinct r.place, n.nspname, n.nspowner
    from relation r
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
   where r.place is not null
  union all
  select null, n.nspname, n.nspowner from ledger_schema n
), flaw (place, relation, owner, code, what, which) as materialized (
  select r.place, r.quoted, r.relowner, false, 'owner', null::text
    from relation r
   where r.relowner not in (select t.oid from trusted t)
  union all
  select s.place, pg_catalog.quote_ident(s.nspname), s.nspowner, false, 'schema', null
    from schema s
   where s.nspowner not in (select t.oid from trusted t)
  union all
  select null, pg_catalog.quote_ident(s.nspname), s.nspowner, false, 'create', g.role
    from ledger_schema s
   cross join lateral (
     select distinct case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as role
       from pg_catalog.aclexplode(s.nspacl) a
      where a.privilege_type = 'CREATE' and a.grantee <> s.nspowner and a.grantee not in (select t.oid from trusted t)) g
  union all
  select null, 'pg_write_all_data', pg_catalog.to_regrole(e.member)::oid, false, 'everywhere', e.role
    from everywhere e
  union all
  select r.place, r.quoted, r.relowner, true, 'kind',
         case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'p' then 'partitioned table'
                        when 'f' then 'foreign table' when 'S' then 'sequence' when 'c' then 'type' else 'index' end
    from relation r
   where r.relkind <> 'r'
  union all
  select r.place, r.quoted, r.relowner, true, 'partition', i.inhparent::pg_catalog.regclass::text
    from relation r
    join pg_catalog.pg_inherits i on i.inhrelid = r.relation
  union all
  select r.place, r.quoted, r.relowner, true, 'child', i.inhrelid::pg_catalog.regclass::text
    from relation r
    join pg_catalog.pg_inherits i on i.inhparent = r.relation
   where r.relkind = 'r'
  union all
  select r.place, r.quoted, r.relowner, true, 'policies', null
    from relation r where r.relrowsecurity
  union all
  select r.place, r.quoted, r.relowner, true, 'rule', pg_catalog.quote_ident(w.rulename)
    from relation r
    join pg_catalog.pg_rewrite w on w.ev_class = r.relation
   where w.rulename <> '_RETURN'
  union all
  -- What a foreign key does to our rows in somebody else's table fires the triggers there.
  select distinct r.place, r.quoted, r.relowner, true, case when t.tgisinternal then 'reference' else 'trigger' end,
         case when t.tgisinternal
              then pg_catalog.format('%s drop constraint %I', k.conrelid::pg_catalog.regclass, k.conname)
              else pg_catalog.quote_ident(t.tgname) end
    from relation r
    join pg_catalog.pg_trigger t on t.tgrelid = r.relation
    left join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
    left join pg_catalog.pg_class o on o.oid = t.tgconstrrelid
   where not t.tgisinternal
      -- Format 1 had foreign keys among its tables.
      or o.relowner not in (select x.oid from trusted x)
         and not (r.place is null and o.oid in (select x.relation from relation x where x.place is null))
  union all
  -- Format 1 had defaults.
  select r.place, r.quoted, r.relowner, true, 'default', pg_catalog.quote_ident(a.attname)
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.relation and a.attnum > 0 and a.atthasdef
   where r.place is not null or exists (select from relation x where x.place is null and x.relname = 'dependency')
  union all
  select r.place, r.quoted, r.relowner, true, 'check', pg_catalog.quote_ident(k.conname)
    from relation r
    join pg_catalog.pg_constraint k on k.conrelid = r.relation and k.contype = 'c'
  union all
  select r.place, r.quoted, r.relowner, true, 'index', i.indexrelid::pg_catalog.regclass::text
    from relation r
    join pg_catalog.pg_index i on i.indrelid = r.relation and (i.indexprs is not null or i.indpred is not null)
  union all
  select r.place, r.quoted, r.relowner, true, 'statistics',
         pg_catalog.format('%I.%I', x.stxnamespace::pg_catalog.regnamespace::text, x.stxname)
    from relation r
    join pg_catalog.pg_statistic_ext x on x.stxrelid = r.relation
  union all
  select r.place, r.quoted, r.relowner, true, 'type', pg_catalog.quote_ident(a.attname)
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.relation and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
   where r.relkind = 'r' and t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
  union all
  select distinct r.place, r.quoted, r.relowner, false, 'privilege',
         case a.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end
    from relation r
   cross join lateral (
     select g.grantee, g.privilege_type from pg_catalog.aclexplode(r.relacl) g
     union all
     select g.grantee, g.privilege_type
       from pg_catalog.pg_attribute c
      cross join lateral pg_catalog.aclexplode(c.attacl) g
      where c.attrelid = r.relation and c.attacl is not null) a
   where r.relkind = 'r' and a.privilege_type <> 'SELECT' and a.grantee <> r.relowner
     and a.grantee not in (select t.oid from trusted t)
), me as materialized (
  select pg_catalog.current_setting('is_superuser') = 'on' as superuser
), ledger as materialized (
  select case when pg_catalog.bool_or(r.relname = 'dependency') then 2 when pg_catalog.bool_or(r.relname = 'base') then 1 else 0 end
           as format,
         min(r.relname::text) filter (where r.relname <> 'definition' and not pg_catalog.has_table_privilege(r.relation, 'select'))
           as lacking,
         (select min(t.name)
            from pg_catalog.unnest('{format,project,release,claim,object,definition,displaced,stale,refresh,replaced_migration,
                                     stamp}'::text[])
                   as t(name)
           where t.name not in (select x.relname from relation x where x.place is null)) as absent,
         coalesce(pg_catalog.bool_or(pg_catalog.has_table_privilege(r.relation, 'select')) filter (where r.relname = 'definition'),
                  false) as definitions,
         exists (select from flaw f where f.place is null and f.code) as code,
         exists (select from flaw f where f.place is null and not f.code) as alien
    from relation r
   where r.place is null
)
select pg_catalog.json_build_object(
         'superuser', m.superuser,
         'home', (select pg_catalog.json_build_object(
                           'usage', pg_catalog.has_schema_privilege(h.schema, 'usage'),
                           'owned', pg_catalog.pg_has_role(h.nspowner, 'usage'),
                           'alien', l.alien)
                    from ledger_schema h),
         'format', l.format,
         'lacking', l.lacking,
         'absent', l.absent,
         'code', l.code,
         'alien', l.alien,
         'everywhere', exists (select from everywhere),
         'definitions', l.definitions,
         'histories', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                                'place', r.place, 'quoted', r.quoted, 'oid', r.relation::int8,
                                'select', pg_catalog.has_table_privilege(r.relation, 'select'), 'code', f.code, 'alien', f.alien,
                                'reads', pg_catalog.has_table_privilege(r.relation, 'select')
                                         and not f.code and not (m.superuser and f.alien)) order by r.place), '[]')
                         from relation r
                        cross join lateral (
                          select exists (select from flaw f where f.place = r.place and f.code) as code,
                                 exists (select from flaw f where f.place = r.place and not f.code) as alien) f
                        where r.place is not null),
         'refusals', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                               'place', f.place, 'relation', f.relation,
                               'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.owner)),
                               'code', f.code, 'what', f.what, 'which', f.which) order by f.place, f.code desc, f.what, f.relation), '[]')
                        from flaw f),
         'reads', coalesce((select pg_catalog.has_schema_privilege(h.schema, 'usage') from ledger_schema h), false)
                  and l.format = 2 and l.lacking is null and l.absent is null
                  and not l.code and not (m.superuser and l.alien))
  from ledger l
 cross join me m
