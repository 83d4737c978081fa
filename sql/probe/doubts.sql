-- A part of probe.sql, a query: whether ledger and migration history can be read at all, as far as it is known at once. What may
-- be wrong is a doubt, which probe/refusals.sql settles: a flag stays set when the last trigger, rule or child is gone, and who
-- is trusted beside ourselves and the owner of the database takes longer to find out. "code": something there may run when it is
-- read or written. "alien": somebody else may put it there, or rows; "everywhere": by a right on all
-- tables.
-- Columns: answer (JSON: {superuser, home (of the ledger's schema: {usage, owned}; null without one), format (0 without tables),
-- lacking (a table that the role may not read), absent (null), code, alien, everywhere, definitions (they may be read), histories: [{place,
-- quoted, oid, select, code, alien, reads}], refusals (null), reads}; reads: it may be read).
-- Parameters: ledger (schema), histories (as in probe/relations.sql). Versions: 14-18.
with me as materialized (
  select pg_catalog.to_regrole(pg_catalog.quote_ident(current_user))::oid as role,
         pg_catalog.current_setting('is_superuser') = 'on' as superuser
), seen as materialized (
  select r.relation, r.relname, r.place, r.quoted,
         a.code or r.relkind <> 'r' or r.relispartition or r.relhassubclass or r.relrowsecurity or r.relhasrules
           or r.relhastriggers or r.relchecks <> 0
           or exists (select from pg_catalog.pg_index i
                       where i.indrelid = r.relation and (i.indexprs is not null or i.indpred is not null))
           or exists (select from pg_catalog.pg_statistic_ext x where x.stxrelid = r.relation) as code,
         a.alien
           or not (r.relowner = m.role
                   or pg_catalog.pg_has_role(r.relowner, 'pg_database_owner', 'member'))
           or exists (select from pg_catalog.aclexplode(r.relacl) g
                       where g.privilege_type <> 'SELECT' and g.grantee <> r.relowner and g.grantee <> m.role) as alien,
         pg_catalog.has_table_privilege(r.relation, 'select') as readable
    from (:relations) r
   cross join me m
   cross join lateral (
     -- A right on a column is rare, so it is only looked at whether it is one to read in probe/refusals.sql.
     select coalesce(pg_catalog.bool_or(t.atttypid >= 16384 or t.atthasdef), false) as code,
            coalesce(pg_catalog.bool_or(t.attacl is not null and t.attacl::text ~ '=[a-z*]*[awdxDtmX]'), false) as alien
       from pg_catalog.pg_attribute t
      where t.attrelid = r.relation and t.attnum > 0) a
), ledger as materialized (
  select case when pg_catalog.bool_or(s.relname = 'dependency') then 2 when pg_catalog.bool_or(s.relname = 'base') then 1 else 0 end
           as format,
         -- A table that is missing is named in probe/refusals.sql.
         coalesce(pg_catalog.bool_or(s.code), false) or pg_catalog.count(*) < 12 as code,
         coalesce(pg_catalog.bool_or(s.alien), false) as alien,
         min(s.relname::text) filter (where not s.readable and s.relname <> 'definition') as lacking,
         coalesce(pg_catalog.bool_or(s.readable and s.relname = 'definition'), false) as definitions
    from seen s
   where s.place is null
), home as materialized (
  select pg_catalog.has_schema_privilege(n.oid, 'usage') as usage,
         pg_catalog.pg_has_role(n.nspowner, 'usage') as owned,
         not (n.nspowner = m.role
              or pg_catalog.pg_has_role(n.nspowner, 'pg_database_owner', 'member'))
           or exists (select from pg_catalog.aclexplode(n.nspacl) a
                       where a.privilege_type = 'CREATE' and a.grantee <> n.nspowner and a.grantee <> m.role) as alien
    from pg_catalog.pg_namespace n
   cross join me m
   where n.nspname = :'ledger'
), writing as materialized (
  select exists (select from pg_catalog.pg_auth_members w
                   join pg_catalog.pg_roles r on r.oid = w.member and not r.rolsuper
                  where w.roleid = pg_catalog.to_regrole('pg_write_all_data')::oid
                    and r.oid <> m.role and not pg_catalog.pg_has_role(r.oid, 'pg_database_owner', 'member')) as everywhere
    from me m
)
select pg_catalog.json_build_object(
         'superuser', m.superuser,
         'home', case when h.usage is not null then pg_catalog.json_build_object('usage', h.usage, 'owned', h.owned) end,
         'format', l.format,
         'lacking', l.lacking,
         'absent', null,
         'code', l.code,
         'alien', l.alien or coalesce(h.alien, false) or w.everywhere,
         'everywhere', w.everywhere,
         'definitions', l.definitions,
         'histories', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                                'place', s.place, 'quoted', s.quoted, 'oid', s.relation::int8, 'select', s.readable,
                                'code', s.code, 'alien', s.alien,
                                'reads', s.readable and not s.code and not (m.superuser and s.alien)) order by s.place), '[]')
                         from seen s
                        where s.place is not null),
         'refusals', null,
         'reads', coalesce(h.usage, false) and l.format = 2 and l.lacking is null and not l.code
                  and not (m.superuser and (l.alien or h.alien or w.everywhere)))
  from ledger l
 cross join me m
 cross join writing w
  left join home h on true
