-- What must be dropped before some objects can be, and how each is put back: everything that DROP ... CASCADE of them
-- would take, found by walking pg_depend from them outward.
-- Parameters: roots (text[]: addresses, class/oid/column), with_roots (a boolean: the roots are to be dropped and are in
-- the answer; else only what hangs on them. A column is then one whose type changes: its own index, default or
-- constraint is not in the way).
-- Columns: answer (JSON: [Saved], see src/read/facts.rs; what an object stands on comes before it).
-- Settings: pinned, search_path to pg_catalog, so that all that is deparsed names its schema. Versions: 14-18.
with recursive me as materialized (
  select r.oid, r.rolname, r.rolsuper as super,
         current_setting('server_version_num')::int as version,
         -- The right to SET ROLE is one of its own since 16.
         case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as becomes,
         case current_setting('role') when 'none' then 'none' else quote_ident(current_setting('role')) end as role
    from pg_catalog.pg_roles r
   where r.rolname = current_user
), root as materialized (
  select split_part(r.address, '/', 1)::oid as classid, split_part(r.address, '/', 2)::oid as objid,
         split_part(r.address, '/', 3)::int as objsubid
    from unnest(:'roots'::text[]) r(address)

-- 1. The closure. `kept`: a root that stays, or what belongs to it and goes or stays with it.
), reached(classid, objid, objsubid, kept) as (
  select r.classid, r.objid, r.objsubid, not :with_roots from root r
  union
  select x.classid, x.objid, x.objsubid, x.kept
    from reached d
   cross join lateral (
     select p.classid, p.objid, p.objsubid, d.kept and d.objsubid = 0 and p.deptype <> 'n' as kept
       from pg_catalog.pg_depend p
      where p.refclassid = d.classid and p.refobjid = d.objid
        and (d.objsubid = 0 or p.refobjsubid = d.objsubid)
        and p.deptype in ('n', 'a', 'i', 'P', 'S')
        -- An owned sequence is set free before the drop.
        and not (p.deptype = 'a' and p.classid = 'pg_catalog.pg_class'::regclass and p.objsubid = 0
                 and exists (select from pg_catalog.pg_class s where s.oid = p.objid and s.relkind = 'S'))
        and (not d.kept or d.objsubid = 0 or case p.classid
               when 'pg_catalog.pg_constraint'::regclass then false
               when 'pg_catalog.pg_statistic_ext'::regclass then false
               when 'pg_catalog.pg_attrdef'::regclass then exists (
                 select from pg_catalog.pg_attrdef v
                   join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
                  where v.oid = p.objid and t.attgenerated <> '')
               -- A generated column depends on others so on 14.
               when 'pg_catalog.pg_class'::regclass then p.deptype = 'n' and p.objsubid = 0 or p.objsubid > 0
               else p.deptype = 'n' end
             and not (p.classid = 'pg_catalog.pg_class'::regclass and p.objsubid = 0 and exists (
               select from pg_catalog.pg_class i where i.oid = p.objid and i.relkind in ('i', 'I'))))
     union all -- the owner of an internal part: from a rule to its view
     select p.refclassid, p.refobjid, p.refobjsubid, false
       from pg_catalog.pg_depend p
      where p.classid = d.classid and p.objid = d.objid and p.objsubid = d.objsubid and p.deptype = 'i' and not d.kept
     union all -- a column of a view goes with the view
     select d.classid, d.objid, 0, false
       from pg_catalog.pg_class c
      where d.classid = 'pg_catalog.pg_class'::regclass and d.objsubid > 0 and not d.kept
        and c.oid = d.objid and c.relkind in ('v', 'm')) x
   where x.kept or :with_roots or not exists (
           select from root r where r.classid = x.classid and r.objid = x.objid and r.objsubid = x.objsubid)

-- 2. What each is. `holder`: what it belongs to; `solid`: it can be dropped and created by itself.
), item as materialized (
  select f.classid, f.objid, f.objsubid, k.what, k.solid, k.hclass, k.hobj, coalesce(k.hsub, 0) as hsub, k.relid,
         f.classid || '/' || f.objid || '/' || f.objsubid as id
    from (select distinct d.classid, d.objid, d.objsubid from reached d where not d.kept) f
   cross join lateral (
     select case when c.relkind in ('v', 'm') then 'relation'
                 when i.indexrelid is null or c.relkind = 't' then 'unknown'
                 when held.conid is not null or c.relispartition then 'part'
                 else 'index' end as what,
            c.relkind <> 't' and not c.relispartition and held.conid is null as solid,
            case when i.indexrelid is null then null
                 when held.conid is not null then 'pg_catalog.pg_constraint'::regclass
                 else 'pg_catalog.pg_class'::regclass end::oid as hclass,
            coalesce(held.conid, above.inhparent, i.indrelid) as hobj, 0 as hsub, coalesce(i.indrelid, c.oid) as relid
       from pg_catalog.pg_class c
       left join pg_catalog.pg_index i on i.indexrelid = c.oid
       left join pg_catalog.pg_inherits above on above.inhrelid = c.oid and c.relispartition and i.indexrelid is not null
       left join lateral (
         select p.refobjid as conid from pg_catalog.pg_depend p
          where p.classid = 'pg_catalog.pg_class'::regclass and p.objid = c.oid and p.objsubid = 0 and p.deptype = 'i'
            and p.refclassid = 'pg_catalog.pg_constraint'::regclass limit 1) held on i.indexrelid is not null
      where f.classid = 'pg_catalog.pg_class'::regclass and f.objsubid = 0 and c.oid = f.objid
     union all
     select case when c.relkind in ('v', 'm') then 'part'
                 when t.attgenerated <> '' and c.relkind in ('r', 'p') then 'column' else 'unknown' end,
            c.relkind not in ('v', 'm'), f.classid, c.oid, 0, c.oid
       from pg_catalog.pg_class c
       join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = f.objsubid
      where f.classid = 'pg_catalog.pg_class'::regclass and f.objsubid > 0 and c.oid = f.objid
     union all
     select case when h.hobj is null then 'unknown' else 'part' end, h.hobj is null, h.hclass, h.hobj, 0, t.typrelid
       from pg_catalog.pg_type t
       left join lateral (
         select 'pg_catalog.pg_class'::regclass::oid as hclass, t.typrelid as hobj where t.typrelid <> 0
         union all
         select 'pg_catalog.pg_type'::regclass, e.oid from pg_catalog.pg_type e
          where e.oid = t.typelem and e.typarray = t.oid
         union all
         select 'pg_catalog.pg_type'::regclass, g.rngtypid from pg_catalog.pg_range g
          where t.typtype = 'm' and g.rngmultitypid = t.oid) h on true
      where f.classid = 'pg_catalog.pg_type'::regclass and t.oid = f.objid
     union all
     select case when w.rulename = '_RETURN' then 'part' else 'rule' end, w.rulename <> '_RETURN',
            'pg_catalog.pg_class'::regclass, w.ev_class, 0, w.ev_class
       from pg_catalog.pg_rewrite w
      where f.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = f.objid
     union all
     select case when t.tgisinternal or t.tgparentid <> 0 then 'part' else 'trigger' end,
            not t.tgisinternal and t.tgparentid = 0,
            case when t.tgparentid <> 0 then 'pg_catalog.pg_trigger'::regclass
                 when t.tgisinternal and t.tgconstraint <> 0 then 'pg_catalog.pg_constraint'::regclass
                 else 'pg_catalog.pg_class'::regclass end,
            case when t.tgparentid <> 0 then t.tgparentid
                 when t.tgisinternal and t.tgconstraint <> 0 then t.tgconstraint
                 else t.tgrelid end, 0, t.tgrelid
       from pg_catalog.pg_trigger t
      where f.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = f.objid
     union all -- the expression of a generated column is a part of the column
     select case when t.attgenerated = '' then 'default' else 'part' end, t.attgenerated = '',
            'pg_catalog.pg_class'::regclass, v.adrelid, case when t.attgenerated = '' then 0 else v.adnum end, v.adrelid
       from pg_catalog.pg_attrdef v
       join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
      where f.classid = 'pg_catalog.pg_attrdef'::regclass and v.oid = f.objid
     union all -- a constraint trigger is dropped and created as a trigger; an inherited constraint comes with its parent's
     select case when c.contype = 't' or c.conparentid <> 0 or c.coninhcount > 0 and not c.conislocal then 'part'
                 else 'constraint' end,
            c.contype <> 't' and c.conparentid = 0 and (c.coninhcount = 0 or c.conislocal),
            case when c.contype = 't' then 'pg_catalog.pg_trigger'::regclass
                 when c.conparentid <> 0 then 'pg_catalog.pg_constraint'::regclass
                 when c.contypid <> 0 then 'pg_catalog.pg_type'::regclass
                 else 'pg_catalog.pg_class'::regclass end,
            case when c.contype = 't' then (select t.oid from pg_catalog.pg_trigger t
                                             where t.tgconstraint = c.oid and not t.tgisinternal and t.tgparentid = 0)
                 when c.conparentid <> 0 then c.conparentid
                 when c.contypid <> 0 then c.contypid
                 else c.conrelid end, 0, c.conrelid
       from pg_catalog.pg_constraint c
      where f.classid = 'pg_catalog.pg_constraint'::regclass and c.oid = f.objid
     union all
     select 'policy', true, 'pg_catalog.pg_class'::regclass, p.polrelid, 0, p.polrelid
       from pg_catalog.pg_policy p
      where f.classid = 'pg_catalog.pg_policy'::regclass and p.oid = f.objid
     union all
     select 'statistics', true, 'pg_catalog.pg_class'::regclass, s.stxrelid, 0, s.stxrelid
       from pg_catalog.pg_statistic_ext s
      where f.classid = 'pg_catalog.pg_statistic_ext'::regclass and s.oid = f.objid
     union all
     select w.what, true, null, null, 0, null
       from (values ('pg_catalog.pg_proc'::regclass, 'routine'), ('pg_catalog.pg_operator'::regclass, 'operator'),
                    ('pg_catalog.pg_cast'::regclass, 'cast'), ('pg_catalog.pg_transform'::regclass, 'transform')) w(class, what)
      where f.classid = w.class
     union all -- the operators and functions of an operator class
     select case when c.opclass is null then 'unknown' else 'part' end, c.opclass is null, 'pg_catalog.pg_opclass'::regclass, c.opclass, 0, null
       from (select (select p.refobjid from pg_catalog.pg_depend p
                      where p.classid = f.classid and p.objid = f.objid and p.deptype = 'i'
                        and p.refclassid = 'pg_catalog.pg_opclass'::regclass limit 1) as opclass) c
      where f.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
     union all
     select 'unknown', true, null, null, 0, null
      where f.classid not in (
              'pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass,
              'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_rewrite'::regclass,
              'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_constraint'::regclass,
              'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_statistic_ext'::regclass, 'pg_catalog.pg_proc'::regclass,
              'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_cast'::regclass, 'pg_catalog.pg_transform'::regclass)
     ) k(what, solid, hclass, hobj, hsub, relid)

-- 3. What it is dropped and put back with: its `home`, which is itself, or the holder's where that goes too. A rule,
-- trigger, default or index that also depends on another object which goes cannot wait for its holder, since the other
-- may stand on the holder: it is by itself. (Lookups by address go through a jsonb object: the planner cannot know how
-- many rows the walk gives, and its nested loops over them took a minute for a thousand views.)
), items as materialized (
  select jsonb_object_agg(i.id, coalesce(i.relid, 0)) as relations from item i
), placed as materialized (
  select i.id, i.hclass || '/' || i.hobj || '/' || coalesce(held.objsubid, i.hsub) as holder,
         i.solid and held.objsubid is null and (
           i.hobj is null or not (select s.relations from items s) ? (i.hclass || '/' || i.hobj || '/' || i.hsub)
           or i.what <> 'column' and exists (
             select from pg_catalog.pg_depend p
              cross join lateral (
                select coalesce((select s.relations from items s) -> (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid),
                                (select s.relations from items s) -> (p.refclassid || '/' || p.refobjid || '/0')) as relid) o
              where p.classid = i.classid and p.objid = i.objid and p.objsubid = i.objsubid and p.deptype = 'n'
                and not (p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = i.relid)
                and o.relid <> to_jsonb(coalesce(i.relid, 0)))) as alone
    from item i
    -- What hangs on a generated column comes and goes with it.
    left join lateral (
      select p.refobjsubid as objsubid
        from pg_catalog.pg_depend p
       where i.what in ('index', 'constraint', 'statistics') and p.classid = i.classid and p.objid = i.objid
         and p.deptype in ('a', 'i') and p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = i.relid
         and p.refobjsubid > 0
         and (select s.relations from items s) ? (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid)
       limit 1) held on true
), holders as materialized (
  select coalesce(jsonb_object_agg(p.id, p.holder) filter (where not p.alone and p.holder is not null), '{}') as of,
         coalesce(jsonb_object_agg(p.id, true) filter (where p.alone), '{}') as nodes
    from placed p
), climb(id, node) as (
  select p.id, p.id from placed p
  union all
  select c.id, (select h.of from holders h) ->> c.node from climb c where (select h.of from holders h) ? c.node
), homes as materialized (
  select coalesce(jsonb_object_agg(c.id, c.node), '{}') as of from climb c where (select h.nodes from holders h) ? c.node
), home as materialized (
  select i.classid, i.objid, i.objsubid, i.id, i.what, i.relid, (select h.of from homes h) ->> i.id as node
    from item i
   where (select h.of from homes h) ? i.id

-- 4. The order.
), link as materialized (
  select h.node, t.node as below, p.refclassid, p.refobjid, p.refobjsubid
    from home h
    join pg_catalog.pg_depend p on p.classid = h.classid and p.objid = h.objid and p.objsubid = h.objsubid
   cross join lateral (
     select coalesce((select o.of from homes o) ->> (p.refclassid || '/' || p.refobjid || '/' || p.refobjsubid),
                     (select o.of from homes o) ->> (p.refclassid || '/' || p.refobjid || '/0')) as node) t
   where t.node is distinct from h.node
), edge as materialized (
  select distinct l.node, l.below from link l where l.below is not null
  union -- a constraint that is inherited and a table's own merges into the parent's, which comes after it
  select above.node, h.node
    from home h
    join pg_catalog.pg_constraint c on c.oid = h.objid and c.coninhcount > 0
    join pg_catalog.pg_inherits n on n.inhrelid = c.conrelid
    join pg_catalog.pg_constraint a on a.conrelid = n.inhparent and a.conname = c.conname and a.contype = c.contype
    join home above on above.classid = h.classid and above.objid = a.oid
   where h.what = 'constraint'
), depth(node, level) as (
  select h.node, 0 from home h where h.id = h.node
  union
  select e.node, d.level + 1
    from depth d
    join edge e on e.below = d.node
   where d.level < (select count(*) from home h where h.id = h.node)
), levels as materialized (
  select coalesce(jsonb_object_agg(d.node, d.level), '{}') as of
    from (select d.node, max(d.level) as level from depth d group by d.node) d
), node as materialized (
  select h.classid, h.objid, h.objsubid, h.node, h.what, h.relid, i.type, i.identity, l.level,
         l.level >= count(*) over () as circular
    from home h
   cross join lateral (select ((select l.of from levels l) ->> h.node)::int as level) l
   cross join lateral pg_catalog.pg_identify_object(h.classid, h.objid, h.objsubid) i
   where h.id = h.node

-- 5. How each is called. `spoken` is its name behind DROP, COMMENT ON, ALTER; `on_table` what ALTER calls the relation that
-- it belongs to; `place` its order among what belongs to one node.
), named as materialized (
  select h.classid, h.objid, h.objsubid, h.node, h.what, h.relid, h.node = h.id as own,
         s.spoken, s.on_table, s.fq, s.owner, s.nsp, s.place, s.relkind,
         h.node <> h.id and s.relkind in ('v', 'm') and s.place >= 100 as late
    from home h
   cross join lateral (
     select case c.relkind when 'v' then 'view ' else 'materialized view ' end || n.fq as spoken,
            case c.relkind when 'v' then 'view ' else 'materialized view ' end || n.fq as on_table,
            n.fq, c.relowner as owner, c.relnamespace as nsp, 0 as place, c.relkind
       from pg_catalog.pg_class c
       join lateral (select format('%I.%I', s.nspname, c.relname) as fq from pg_catalog.pg_namespace s where s.oid = c.relnamespace) n on true
      where h.what = 'relation' and c.oid = h.objid
     union all
     select case p.prokind when 'a' then 'aggregate ' when 'p' then 'procedure ' else 'function ' end
              || format('%I.%I(%s)', s.nspname, p.proname,
                        case when p.prokind = 'a' and p.pronargs = 0 then '*' else pg_get_function_identity_arguments(p.oid) end),
            null, 'routine ' || p.oid::regprocedure, p.proowner, p.pronamespace, 0, null
       from pg_catalog.pg_proc p
       join pg_catalog.pg_namespace s on s.oid = p.pronamespace
      where h.what = 'routine' and p.oid = h.objid
     union all
     select format('operator %I.%s (%s, %s)', s.nspname, o.oprname,
                   case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end,
                   case when o.oprright = 0 then 'none' else format_type(o.oprright, null) end),
            null, format('%I.%s', s.nspname, o.oprname), o.oprowner, o.oprnamespace, 0, null
       from pg_catalog.pg_operator o
       join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
      where h.what = 'operator' and o.oid = h.objid
     union all
     select format('cast (%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)), null, null,
            null, null, 0, null
       from pg_catalog.pg_cast c
      where h.what = 'cast' and c.oid = h.objid
     union all
     select format('transform for %s language %I', format_type(t.trftype, null), l.lanname), null, null, null, null, 0, null
       from pg_catalog.pg_transform t
       join pg_catalog.pg_language l on l.oid = t.trflang
      where h.what = 'transform' and t.oid = h.objid
     union all
     select case h.what
              when 'column' then format('column %s.%I', r.fq, (select t.attname from pg_catalog.pg_attribute t where t.attrelid = h.relid and t.attnum = h.objsubid))
              when 'rule' then format('rule %I on %s', (select w.rulename from pg_catalog.pg_rewrite w where w.oid = h.objid), r.fq)
              when 'trigger' then format('trigger %I on %s', (select t.tgname from pg_catalog.pg_trigger t where t.oid = h.objid), r.fq)
              when 'policy' then format('policy %I on %s', (select p.polname from pg_catalog.pg_policy p where p.oid = h.objid), r.fq)
              when 'constraint' then format('constraint %I on %s', (select c.conname from pg_catalog.pg_constraint c where c.oid = h.objid), r.fq)
              when 'index' then (select format('index %I.%I', s.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace s on s.oid = c.relnamespace where c.oid = h.objid)
              when 'statistics' then (select format('statistics %I.%I', s.nspname, t.stxname) from pg_catalog.pg_statistic_ext t join pg_catalog.pg_namespace s on s.oid = t.stxnamespace where t.oid = h.objid)
              end,
            r.kind || ' ' || r.fq, r.fq,
            case when h.what = 'statistics' then (select t.stxowner from pg_catalog.pg_statistic_ext t where t.oid = h.objid) else r.relowner end,
            case when h.what = 'statistics' then (select t.stxnamespace from pg_catalog.pg_statistic_ext t where t.oid = h.objid) else r.relnamespace end,
            case h.what when 'constraint' then 100 when 'index' then 110 when 'statistics' then 130 when 'default' then 140
                        when 'rule' then 150 when 'trigger' then 160 else 0 end, r.relkind
       from (select c.relkind, c.relowner, c.relnamespace, format('%I.%I', s.nspname, c.relname) as fq,
                    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind
               from pg_catalog.pg_class c
               join pg_catalog.pg_namespace s on s.oid = c.relnamespace
              where c.oid = h.relid) r
      where h.what in ('column', 'rule', 'trigger', 'policy', 'constraint', 'index', 'statistics', 'default')
     union all
     select format('constraint %I on domain %s', c.conname, format_type(c.contypid, null)), 'domain ' || format_type(c.contypid, null),
            format_type(c.contypid, null), t.typowner, t.typnamespace, 0, null
       from pg_catalog.pg_constraint c
       join pg_catalog.pg_type t on t.oid = c.contypid
      where h.what = 'constraint' and c.oid = h.objid
     ) s

-- 6. The statements, one a row: `field` is where in the answer it stands. First what makes the thing itself.
), made(node, field, place, key, option, col, late, statement) as (
  select n.node, 'create', 0, '', null::text, null::text, false,
         format('create %s%s%s%s%s as %s%s', n.spoken, coalesce(' (' || col.names || ')', ''), am.clause,
                -- The options of a view are put back one by one.
                case when c.relkind = 'm' then ' with (' || opt.list || ')' end, space.clause,
                rtrim(pg_get_viewdef(c.oid), ';'), case when c.relkind = 'm' then ' with no data' end)
    from named n
    join pg_catalog.pg_class c on c.oid = n.objid
   cross join lateral (
     select string_agg(quote_ident(t.attname), ', ' order by t.attnum) as names
       from pg_catalog.pg_attribute t
      where t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped) col
    left join lateral (
      select ' using ' || quote_ident(a.amname) as clause from pg_catalog.pg_am a
       where c.relkind = 'm' and a.oid = c.relam and a.amname <> current_setting('default_table_access_method')) am on true
    left join lateral (
      select string_agg(o.prefix || split_part(o.option, '=', 1) || ' = '
                        || quote_literal(substr(o.option, strpos(o.option, '=') + 1)), ', ') as list
        from (select '' as prefix, unnest(c.reloptions) as option
              union all
              select 'toast.', unnest(t.reloptions) from pg_catalog.pg_class t where t.oid = c.reltoastrelid) o) opt on true
    left join lateral (
      select ' tablespace ' || quote_ident(s.spcname) as clause
        from pg_catalog.pg_tablespace s
       where c.relkind = 'm' and (c.reltablespace <> 0 or current_setting('default_tablespace') <> '')
         and s.oid = case when c.reltablespace <> 0 then c.reltablespace
                          else (select b.dattablespace from pg_catalog.pg_database b where b.datname = current_database()) end) space on true
   where n.what = 'relation'
  union all
  select n.node, 'part', 1, lpad(o.place::text, 4, '0'), split_part(o.option, '=', 1), null, false,
         format('alter %s set (%s = %L)', n.spoken, split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1))
    from named n
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'v'
   cross join lateral unnest(c.reloptions) with ordinality o(option, place)
   where n.what = 'relation'
  union all
  select n.node, 'create', 0, '', null, null, false, rtrim(pg_get_functiondef(p.oid), E'\n')
    from named n
    join pg_catalog.pg_proc p on p.oid = n.objid and p.prokind <> 'a'
   where n.what = 'routine'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create policy %I on %s as %s for %s to %s%s%s', p.polname, n.fq,
                case when p.polpermissive then 'permissive' else 'restrictive' end,
                case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
                (select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', ' order by r.place)
                   from unnest(p.polroles) with ordinality r(oid, place)),
                ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    from named n
    join pg_catalog.pg_policy p on p.oid = n.objid
   where n.what = 'policy'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, w.rulename || x.step, null, null, n.late, x.statement
    from named n
    join pg_catalog.pg_rewrite w on w.oid = n.objid
   cross join lateral (
     select 1 as step, regexp_replace(rtrim(pg_get_ruledef(w.oid), ';'), '^CREATE RULE', 'create or replace rule') as statement
     union all
     select 2, format('alter table %s %s rule %I', n.fq,
                   case w.ev_enabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, w.rulename)
      where w.ev_enabled <> 'O') x
   where n.what = 'rule'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, t.tgname || x.step, null, null, n.late, x.statement
    from named n
    join pg_catalog.pg_trigger t on t.oid = n.objid
   cross join lateral (
     select 1 as step, regexp_replace(pg_get_triggerdef(t.oid), '^CREATE TRIGGER', 'create or replace trigger') as statement
     union all
     select 2, format('alter table %s %s trigger %I', n.fq,
                   case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, t.tgname)
      where t.tgenabled <> 'O') x
   where n.what = 'trigger'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, t.attname, null,
         case when not n.own then t.attname end, n.late,
         format('alter %s alter column %I set default %s',
                case when n.relkind in ('r', 'p') then 'table only ' || n.fq else n.on_table end, t.attname, pg_get_expr(v.adbin, v.adrelid))
    from named n
    join pg_catalog.pg_attrdef v on v.oid = n.objid
    join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
   where n.what = 'default'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, c.conname, null, null, n.late,
         format('alter %s add constraint %I %s', n.on_table, c.conname, pg_get_constraintdef(c.oid))
    from named n
    join pg_catalog.pg_constraint c on c.oid = n.objid
   where n.what = 'constraint'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, s.stxname, null, null, n.late, pg_get_statisticsobjdef(s.oid)
    from named n
    join pg_catalog.pg_statistic_ext s on s.oid = n.objid
   where n.what = 'statistics'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('alter %s add column %I %s%s generated always as (%s) %s', n.on_table, t.attname,
                format_type(t.atttypid, t.atttypmod),
                case when t.attcollation <> y.typcollation then ' collate ' || t.attcollation::regcollation end,
                pg_get_expr(v.adbin, v.adrelid), case t.attgenerated when 's' then 'stored' else 'virtual' end)
    from named n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum = n.objsubid
    join pg_catalog.pg_type y on y.oid = t.atttypid
    join pg_catalog.pg_attrdef v on v.adrelid = t.attrelid and v.adnum = t.attnum
   where n.what = 'column'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create %s %s%s', n.spoken,
                case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end,
                case c.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' end)
    from named n
    join pg_catalog.pg_cast c on c.oid = n.objid
   where n.what = 'cast'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create %s (%s)', n.spoken, concat_ws(', ',
                'from sql with function ' || nullif(t.trffromsql, 0)::regprocedure,
                'to sql with function ' || nullif(t.trftosql, 0)::regprocedure))
    from named n
    join pg_catalog.pg_transform t on t.oid = n.objid
   where n.what = 'transform'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create operator %s (%s)', n.fq, concat_ws(', ',
                'function = ' || split_part(o.oprcode::regprocedure::text, '(', 1),
                'leftarg = ' || format_type(nullif(o.oprleft, 0), null), 'rightarg = ' || format_type(nullif(o.oprright, 0), null),
                'commutator = ' || com.name, 'negator = ' || neg.name,
                'restrict = ' || nullif(o.oprrest, 0)::regproc, 'join = ' || nullif(o.oprjoin, 0)::regproc,
                case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end))
    from named n
    join pg_catalog.pg_operator o on o.oid = n.objid
    left join lateral (
      select format('operator(%I.%s)', s.nspname, c.oprname) as name
        from pg_catalog.pg_operator c
        join pg_catalog.pg_namespace s on s.oid = c.oprnamespace
       where c.oid = o.oprcom) com on true
    left join lateral (
      select format('operator(%I.%s)', s.nspname, c.oprname) as name
        from pg_catalog.pg_operator c
        join pg_catalog.pg_namespace s on s.oid = c.oprnamespace
       where c.oid = o.oprnegate) neg on true
   where n.what = 'operator'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('create aggregate %I.%I(%s) (%s)', s.nspname, p.proname,
                case when p.pronargs = 0 then '*' else pg_get_function_arguments(p.oid) end, concat_ws(', ',
                'sfunc = ' || split_part(a.aggtransfn::regprocedure::text, '(', 1), 'stype = ' || format_type(a.aggtranstype, null),
                'sspace = ' || nullif(a.aggtransspace, 0),
                'finalfunc = ' || split_part(nullif(a.aggfinalfn, 0)::regprocedure::text, '(', 1),
                case when a.aggfinalextra then 'finalfunc_extra' end,
                'finalfunc_modify = ' || case when a.aggfinalfn <> 0 then
                  case a.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
                'combinefunc = ' || split_part(nullif(a.aggcombinefn, 0)::regprocedure::text, '(', 1),
                'serialfunc = ' || split_part(nullif(a.aggserialfn, 0)::regprocedure::text, '(', 1),
                'deserialfunc = ' || split_part(nullif(a.aggdeserialfn, 0)::regprocedure::text, '(', 1),
                'initcond = ' || quote_literal(a.agginitval),
                'msfunc = ' || split_part(nullif(a.aggmtransfn, 0)::regprocedure::text, '(', 1),
                'minvfunc = ' || split_part(nullif(a.aggminvtransfn, 0)::regprocedure::text, '(', 1),
                'mstype = ' || format_type(nullif(a.aggmtranstype, 0), null), 'msspace = ' || nullif(a.aggmtransspace, 0),
                'mfinalfunc = ' || split_part(nullif(a.aggmfinalfn, 0)::regprocedure::text, '(', 1),
                case when a.aggmfinalextra then 'mfinalfunc_extra' end,
                'mfinalfunc_modify = ' || case when a.aggmfinalfn <> 0 then
                  case a.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
                'minitcond = ' || quote_literal(a.aggminitval),
                'sortop = ' || (select format('operator(%I.%s)', os.nspname, o.oprname) from pg_catalog.pg_operator o join pg_catalog.pg_namespace os on os.oid = o.oprnamespace where o.oid = a.aggsortop),
                'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
                case when a.aggkind = 'h' then 'hypothetical' end))
    from named n
    join pg_catalog.pg_proc p on p.oid = n.objid and p.prokind = 'a'
    join pg_catalog.pg_namespace s on s.oid = p.pronamespace
    join pg_catalog.pg_aggregate a on a.aggfnoid = p.oid
   where n.what = 'routine'

-- Indexes. That of a partitioned table is made on the parent alone and the partitions' own are attached, so that each
-- keeps its name.
), tree(node, own, late, place, key, index, above, level, made) as (
  select n.node, n.own, n.late, n.place, c.relname::text, c.oid, null::oid, 0, true
    from named n
    join pg_catalog.pg_class c on c.oid = n.objid
   where n.what = 'index'
  union all -- the index of a constraint comes with it
  select n.node, n.own, n.late, n.place, i.relname::text, i.oid, null, 0, false
    from named n
    join pg_catalog.pg_constraint c on c.oid = n.objid and c.contype in ('p', 'u', 'x')
    join pg_catalog.pg_class i on i.oid = c.conindid
   where n.what = 'constraint'
  union all
  select t.node, t.own, t.late, t.place, t.key, h.inhrelid, h.inhparent, t.level + 1, true
    from tree t
    join pg_catalog.pg_inherits h on h.inhparent = t.index
   where t.made
), indexed(node, field, place, key, option, col, late, statement) as (
  select t.node, case when x.step > 2 or not t.own then 'part' else 'create' end, t.place + least(t.level, 5) + x.step / 20,
         case when x.step = 9 then '~' else '' end || t.key || t.level || t.index || x.step, null, null, t.late, x.statement
    from tree t
    join pg_catalog.pg_class c on c.oid = t.index
    join pg_catalog.pg_index i on i.indexrelid = t.index and (i.indisvalid or c.relkind = 'I' or i.indisvalid is null)
    join pg_catalog.pg_class r on r.oid = i.indrelid
   cross join lateral (select format('%I.%I', s.nspname, c.relname) as fq from pg_catalog.pg_namespace s where s.oid = c.relnamespace) n
   cross join lateral (
     select case r.relkind when 'm' then 'materialized view ' else 'table ' end || format('%I.%I', s.nspname, r.relname) as fq
       from pg_catalog.pg_namespace s where s.oid = r.relnamespace) o
   cross join lateral (
     select 1 as step, case when d.wanted = d.present then pg_get_indexdef(t.index)
                  else format('set local default_tablespace to %L; %s; set local default_tablespace to %L', d.wanted, pg_get_indexdef(t.index), d.present) end as statement
       from (select coalesce((select s.spcname from pg_catalog.pg_tablespace s where s.oid = c.reltablespace), '') as wanted,
                    current_setting('default_tablespace') as present) d
      where t.made
     union all
     select 2, (select format('alter index %I.%I attach partition %s', s.nspname, a.relname, n.fq)
                  from pg_catalog.pg_class a join pg_catalog.pg_namespace s on s.oid = a.relnamespace where a.oid = t.above)
      where t.above is not null
     union all
     select 3, format('alter index %s set tablespace %I', n.fq, s.spcname)
       from pg_catalog.pg_tablespace s
      where not t.made and s.oid = c.reltablespace
     union all
     select 4, format('alter index %s alter column %s set statistics %s', n.fq, a.attnum, a.attstattarget)
       from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attstattarget >= 0
     union all
     select 5, format('comment on index %s is %L', n.fq, d.description)
       from pg_catalog.pg_description d
      where d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
     union all
     select 6, format('alter %s cluster on %I', o.fq, c.relname) where i.indisclustered
     union all
     select 7, format('alter %s replica identity using index %I', o.fq, c.relname) where i.indisreplident) x

-- What a materialized view has beside these: its rows, and how its columns and those of a generated column are kept.
), stored(node, field, place, key, option, col, late, statement) as (
  select n.node, 'part', x.place, '', null, null, true, x.statement
    from named n
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'm' and c.relispopulated
   cross join lateral (
     select v.place, v.statement from (values (105, 'refresh ' || n.spoken), (190, 'analyze ' || n.fq)) v(place, statement)
     union all -- both need a right of their own since 17, which an owner can lack
     select v.place, v.statement
       from (values (104, format('grant maintain on %s to %I', n.fq, pg_get_userbyid(n.owner))),
                    (191, format('revoke maintain on %s from %I', n.fq, pg_get_userbyid(n.owner)))) v(place, statement)
      where case when (select me.version from me) >= 170000 then not has_table_privilege(n.owner, c.oid, 'maintain') end) x
   where n.what = 'relation'
  union all
  select n.node, 'part', x.place, t.attnum::text, null, t.attname, x.place > 100 and n.relkind = 'm',
         format('alter %s alter column %I set %s', n.on_table, t.attname, x.setting)
    from named n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum > 0 and not t.attisdropped
     and (n.what = 'relation' and n.relkind = 'm' or n.what = 'column' and t.attnum = n.objsubid)
    join pg_catalog.pg_type y on y.oid = t.atttypid
   cross join lateral (
     select 3 as place, 'not null' as setting where n.what = 'column' and t.attnotnull and (select version from me) < 180000
     union all
     select 4, 'storage ' || case t.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end
      where t.attstorage <> y.typstorage
     union all
     select 5, 'compression ' || case t.attcompression when 'l' then 'lz4' else 'pglz' end where t.attcompression <> ''
     union all
     select 120, 'statistics ' || t.attstattarget where t.attstattarget >= 0
     union all
     select 121, '(' || array_to_string(t.attoptions, ', ') || ')' where t.attoptions is not null) x
  union all
  select n.node, 'part', n.place + 1, s.stxname, null, null, n.late, format('alter %s set statistics %s', n.spoken, x.target)
    from named n
    join pg_catalog.pg_statistic_ext s on s.oid = n.objid
   cross join lateral (select (to_jsonb(s) ->> 'stxstattarget')::int as target) x
   where n.what = 'statistics' and x.target >= 0

-- Owners and grants.
), granted as materialized (
  select n.node, n.classid, n.objid, n.objsubid, n.spoken, n.owner, n.nsp, a.target, a.col, a.acl, a.given, a.place,
         case when a.col is null then coalesce(d.roles, '{}') end as preset
    from named n
   cross join me
   cross join lateral (
     select n.fq as target, null::name as col, c.relacl as acl, acldefault('r', n.owner) as given, 'r'::"char" as kind, 20 as place
       from pg_catalog.pg_class c where n.what = 'relation' and c.oid = n.objid
     union all
     select n.fq, null, p.proacl, acldefault('f', n.owner), 'f', 20 from pg_catalog.pg_proc p where n.what = 'routine' and p.oid = n.objid
     union all
     select 'type ' || n.fq, null, y.typacl, acldefault('T', n.owner), 'T', 22
       from pg_catalog.pg_type y where n.what = 'relation' and y.typrelid = n.objid
     union all
     select n.fq, t.attname, t.attacl, '{}', 'c', 24
       from pg_catalog.pg_attribute t
      where (n.what = 'relation' or n.what = 'column' and t.attnum = n.objsubid)
        and t.attrelid = n.relid and t.attnum > 0 and t.attacl is not null) a
    left join lateral ( -- what ALTER DEFAULT PRIVILEGES gives to what we create
      select array_agg(distinct e.grantee) as roles
        from pg_catalog.pg_default_acl v
       cross join lateral aclexplode(v.defaclacl) e
       where v.defaclrole = me.oid and v.defaclobjtype = a.kind and v.defaclnamespace in (0, n.nsp)
      having count(*) > 0) d on true
), cut as materialized (
  -- The default is not the start of what is there, or not what we get: all is taken back first.
  select g.*, g.col is null and (g.preset <> '{}' or
              g.acl is not null and g.acl[:cardinality(g.given)]::text is distinct from g.given::text) as anew
    from granted g
), owned(node, field, place, key, option, col, late, statement) as (
  select n.node, 'part', n.place + case when n.place = 0 then 10 else 2 end, '', null, null, n.late,
         format('alter %s owner to %I', n.spoken, pg_get_userbyid(n.owner))
    from named n
   cross join me
   where n.what in ('relation', 'routine', 'operator', 'statistics') and n.owner <> me.oid
  union all
  select c.node, 'part', c.place, '', null, null, false,
         format('revoke all on %s from %s', c.target, (
           select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', ' order by r.oid)
             from (select unnest(c.preset || e.grantee) as oid from aclexplode(c.given) e union select c.owner) r))
    from cut c
   where c.anew
  union all
  select c.node, x.field, c.place + 1, lpad(x.place::text, 6, '0') || x.is_grantable, null, c.col, false, x.statement
    from cut c
   cross join me
   cross join lateral (
     select g.place, g.is_grantable, f.field,
            case when f.field = 'warning' then
                   format('%s on %s to %s was granted by %I, and is granted by its owner now', lower(g.privileges), c.target, g.grantee, pg_get_userbyid(g.grantor))
                 when g.grantor = c.owner or not g.may then g.statement
                 else format('set local role %I; %s; set local role %s', pg_get_userbyid(g.grantor), g.statement, me.role) end as statement
       from (
         select min(a.place) as place, e.grantor, e.is_grantable,
                case when e.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(e.grantee)) end as grantee,
                string_agg(e.privilege_type || coalesce(' (' || quote_ident(c.col) || ')', ''), ', ') as privileges,
                pg_has_role(session_user, e.grantor, me.becomes)
                  and has_schema_privilege(e.grantor, c.nsp, 'usage') as may,
                format('grant %s on %s to %s%s', string_agg(lower(e.privilege_type) || coalesce(' (' || quote_ident(c.col) || ')', ''), ', '),
                       c.target, case when e.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(e.grantee)) end,
                       case when e.is_grantable then ' with grant option' else '' end) as statement
           from unnest(coalesce(c.acl, c.given)) with ordinality a(item, place)
          cross join lateral aclexplode(array[a.item]) e
          where c.anew or c.acl is not null and a.place > cardinality(c.given)
          group by e.grantor, e.grantee, e.is_grantable) g
      cross join lateral (select 'part' as field union all select 'warning' where g.grantor <> c.owner and not g.may) f) x
   -- Our default privileges change nothing where nothing is wanted but the default that we get.
   where c.anew or c.acl is not null

-- Comments, labels, extensions, sequences.
), attached(node, field, place, key, option, col, late, statement) as (
  select n.node, 'part', n.place + case when n.place = 0 then 30 else 3 end, coalesce(t.attname, ''), null,
         case when n.what = 'relation' then t.attname end, n.late,
         format('comment on %s is %L', case when t.attname is null or n.what = 'column' then n.spoken else format('column %s.%I', n.fq, t.attname) end, d.description)
    from named n
    join pg_catalog.pg_description d on d.classoid = n.classid and d.objoid = n.objid
     and (d.objsubid = n.objsubid or n.what = 'relation')
    left join pg_catalog.pg_attribute t on n.classid = 'pg_catalog.pg_class'::regclass and t.attrelid = n.objid and t.attnum = d.objsubid and d.objsubid > 0
   where n.what not in ('index', 'default')
  union all
  select n.node, 'part', 31, '', null, null, false, format('comment on type %s is %L', n.fq, d.description)
    from named n
    join pg_catalog.pg_type y on y.typrelid = n.objid
    join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = y.oid
   where n.what = 'relation'
  union all
  select n.node, 'part', 41, s.provider || coalesce(t.attname, ''), null, case when n.what = 'relation' then t.attname end, false,
         format('security label for %I on %s is %L', s.provider, case when t.attname is null or n.what = 'column' then n.spoken else format('column %s.%I', n.fq, t.attname) end, s.label)
    from named n
    join pg_catalog.pg_seclabel s on s.classoid = n.classid and s.objoid = n.objid and (s.objsubid = n.objsubid or n.what = 'relation')
    left join pg_catalog.pg_attribute t on n.classid = 'pg_catalog.pg_class'::regclass and t.attrelid = n.objid and t.attnum = s.objsubid and s.objsubid > 0
  union all -- a member of an extension cannot be dropped
  select n.node, x.field, x.place, e.extname, null, null, false, format('alter extension %I %s %s', e.extname, x.verb, n.spoken)
    from named n
    join pg_catalog.pg_depend p on p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'e'
    join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
   cross join (values ('drop', 0, 'drop'), ('part', 42, 'add')) x(field, place, verb)
   where n.what not in ('column', 'default')
  union all -- DEPENDS ON EXTENSION
  select n.node, 'part', n.place + case when n.place = 0 then 43 else 4 end, e.extname, null, null, n.late, format('alter %s depends on extension %I', n.spoken, e.extname)
    from named n
    join pg_catalog.pg_depend p on p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'x'
    join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
  union all
  select n.node, x.field, x.place, s.fq, null, case when x.field = 'part' and n.what = 'relation' then t.attname end, false,
         format('alter sequence %s owned by %s', s.fq, case when x.field = 'drop' then 'none' else format('%s.%I', n.fq, t.attname) end)
    from named n
    join pg_catalog.pg_depend p on p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = n.objid and p.deptype = 'a'
     and p.classid = 'pg_catalog.pg_class'::regclass and (n.what = 'relation' or p.refobjsubid = n.objsubid)
    join pg_catalog.pg_attribute t on t.attrelid = p.refobjid and t.attnum = p.refobjsubid
   cross join lateral (
     select format('%I.%I', m.nspname, c.relname) as fq
       from pg_catalog.pg_class c
       join pg_catalog.pg_namespace m on m.oid = c.relnamespace
      where c.oid = p.objid and c.relkind = 'S') s
   cross join (values ('drop', 1), ('part', 40)) x(field, place)
   where n.what in ('relation', 'column')

-- 7. The drop, its lock, and what stands against it.
), ended(node, field, place, key, option, col, late, statement) as (
  select n.node, x.field, 9, '', null, null, false, x.statement
    from named n
   cross join lateral (
     select 'drop' as field, case n.what
              when 'default' then format('alter %s alter column %I drop default',
                case when n.relkind in ('r', 'p') then 'table only ' || n.fq else n.on_table end,
                (select t.attname from pg_catalog.pg_attrdef v join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum where v.oid = n.objid))
              when 'column' then format('alter %s drop column %I', n.on_table,
                (select t.attname from pg_catalog.pg_attribute t where t.attrelid = n.relid and t.attnum = n.objsubid))
              when 'constraint' then format('alter %s drop constraint %I', n.on_table,
                (select c.conname from pg_catalog.pg_constraint c where c.oid = n.objid))
              else 'drop ' || n.spoken end as statement
     union all
     select 'lock', case when n.relkind in ('v', 'm', 'f') then format('alter %s owner to %I', n.on_table,
                           pg_get_userbyid((select c.relowner from pg_catalog.pg_class c where c.oid = n.relid)))
                         -- What partitions and children have too is dropped from them with it.
                         when n.what in ('policy', 'rule', 'default') then format('lock table only %s in access exclusive mode', n.fq)
                         else format('lock table %s in access exclusive mode', n.fq) end
      where n.relid <> 0) x
   where n.own
  union all
  select n.node, 'warning', 0, t.attname, null, null, false, format('column "%s" of table %s is its last one now', t.attname, n.fq)
    from named n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum = n.objsubid
   where n.what = 'column' and exists (
           select from pg_catalog.pg_attribute l where l.attrelid = n.relid and l.attnum > n.objsubid and not l.attisdropped)
  union all
  select n.node, 'warning', 0, c.relname, null, null, false, format('index "%s" of %s is not valid and does not come back', c.relname, n.on_table)
    from named n
    join pg_catalog.pg_index i on i.indexrelid = n.objid and not i.indisvalid
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'i'
   where n.what = 'index'
), hopeless(node, statement) as (
  select n.node, coalesce(
           (select 'it is a temporary one of another session'
              from pg_catalog.pg_class c
             where c.oid = n.relid and pg_is_other_temp_schema(c.relnamespace)),
           case when n.circular then 'it and others need each other in a circle' end,
           case when n.what = 'column' then (
             select format('generated column "%s" of table %s is inherited', t.attname, t.attrelid::regclass)
               from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid
              where t.attrelid = n.relid and t.attnum = n.objsubid and (c.relhassubclass or t.attinhcount > 0 or c.relispartition)) end,
           case when n.what = 'unknown' then coalesce(
             (select case c.relkind when 'c' then format('attribute "%s" of type %s is of type %s', t.attname, o.fq, format_type(t.atttypid, t.atttypmod))
                          else format('column "%s" of %s %s %s, and its data cannot be put back', t.attname,
                                      case c.relkind when 'f' then 'foreign table' else 'table' end, o.fq,
                                      case when t.atttypid >= 16384 then 'is of type ' || format_type(t.atttypid, t.atttypmod) else 'would be dropped' end) end
                from pg_catalog.pg_attribute t
                join pg_catalog.pg_class c on c.oid = t.attrelid
               cross join lateral (select format('%I.%I', s.nspname, c.relname) as fq from pg_catalog.pg_namespace s where s.oid = c.relnamespace) o
               where n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid > 0 and t.attrelid = n.objid and t.attnum = n.objsubid),
             (select format('publication "%s" names table %s with a column list or a row filter', p.pubname, r.prrelid::regclass)
                from pg_catalog.pg_publication_rel r
                join pg_catalog.pg_publication p on p.oid = r.prpubid
               where n.classid = 'pg_catalog.pg_publication_rel'::regclass and r.oid = n.objid),
             (select format('the partition key of table %s uses it', n.identity)
                from pg_catalog.pg_partitioned_table t
               where n.level > 0 and n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid = 0 and t.partrelid = n.objid),
             format('viewkeeper cannot create %s %s anew', case when k.kind ~ '^[aeiou]' then 'an' else 'a' end, k.kind)) end)
    from node n
   cross join lateral (
     select coalesce((select case y.typtype when 'd' then 'domain' when 'e' then 'enum type' when 'r' then 'range type' when 'c' then 'composite type' end
                        from pg_catalog.pg_type y where n.classid = 'pg_catalog.pg_type'::regclass and y.oid = n.objid), n.type) as kind) k
), want(node, statement) as (
  select n.node, x.statement -- (union: each once)
    from named n
   cross join me
   cross join lateral (
     select case when n.relid <> 0 and n.what <> 'statistics' then n.on_table
                 when n.what = 'constraint' then n.on_table else n.spoken end as thing,
            pg_get_userbyid(n.owner) as owner,
            pg_has_role(me.oid, n.owner, 'usage') as has) t
   cross join lateral (
     select format('ownership of %s: it is %s''s', t.thing, t.owner) as statement where not t.has
     union all
     select format('membership in role %s, who owns %s', t.owner, t.thing)
      where t.has and n.own and n.what in ('relation', 'routine', 'operator', 'statistics')
        and not pg_has_role(me.oid, n.owner, me.becomes)
     union all
     select format('CREATE on schema %s for role %s, who owns %s', n.nsp::regnamespace, t.owner, t.thing)
      where n.what in ('relation', 'routine', 'operator', 'statistics') and n.owner <> me.oid and not me.super
        and not has_schema_privilege(n.owner, n.nsp, 'create')
     union all
     select format('CREATE on schema %s', n.nsp::regnamespace)
      where n.what in ('relation', 'routine', 'operator', 'statistics', 'index') and not has_schema_privilege(me.oid, n.nsp, 'create')
     union all
     select format('EXECUTE on function %s', g.tgfoid::regprocedure)
       from pg_catalog.pg_trigger g
      where n.what = 'trigger' and g.oid = n.objid and not has_function_privilege(me.oid, g.tgfoid, 'execute')
     union all
     select format('ownership of extension %s: it is %s''s', e.extname, pg_get_userbyid(e.extowner))
       from pg_catalog.pg_depend p
       join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
      where p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'e' and not pg_has_role(me.oid, e.extowner, 'usage')
     union all
     select case when l.lanpltrusted then format('USAGE on language %I', l.lanname) else format('a superuser''s rights for language %I', l.lanname) end
       from pg_catalog.pg_proc p
       join pg_catalog.pg_language l on l.oid = p.prolang
      where n.what = 'routine' and p.oid = n.objid and p.prokind <> 'a'
        and not case when l.lanpltrusted then has_language_privilege(me.oid, l.oid, 'usage') else me.super end) x
   where n.owner is not null
  union -- what it names must be found
  select l.node, format('USAGE on schema %s', s.nsp::regnamespace)
    from (select distinct k.node, k.refclassid, k.refobjid from link k) l
   cross join me
   cross join lateral (
     select c.relnamespace as nsp from pg_catalog.pg_class c
      where l.refclassid = 'pg_catalog.pg_class'::regclass and c.oid = l.refobjid
     union all
     select p.pronamespace from pg_catalog.pg_proc p
      where l.refclassid = 'pg_catalog.pg_proc'::regclass and p.oid = l.refobjid
     union all
     select t.typnamespace from pg_catalog.pg_type t
      where l.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = l.refobjid) s
   where not has_schema_privilege(me.oid, s.nsp, 'usage')
), standing as materialized (
  select coalesce(jsonb_object_agg(a.id, true), '{}') as here
    from (select n.node as id from node n
          union
          select r.classid || '/' || r.objid || '/' || r.objsubid from root r) a
), line(node, field, place, key, option, col, late, statement) as (
  select * from made union all select * from indexed union all select * from stored union all select * from owned
  union all select * from attached union all select * from ended
  union all select h.node, 'impossible', 0, '', null, null, false, h.statement from hopeless h
  union all select w.node, 'missing', 0, w.statement, null, null, false, w.statement from want w
  union all select e.node, 'need', 0, e.below, null, null, false, e.below from edge e
  union all -- the columns that it names
  select distinct l.node, 'use', 0, o.id, null, t.attname, false, o.id
    from link l
    join pg_catalog.pg_attribute t on t.attrelid = l.refobjid and t.attnum = l.refobjsubid
   cross join lateral (
     select a.id from (values (1, l.refclassid || '/' || l.refobjid || '/' || l.refobjsubid), (2, l.refclassid || '/' || l.refobjid || '/0')) a(rank, id)
      where (select s.here from standing s) ? a.id order by a.rank limit 1) o
   where l.refclassid = 'pg_catalog.pg_class'::regclass and l.refobjsubid > 0
  union all
  select n.node, x.field, n.level, n.objid::text, null, null, false, x.statement
    from node n
   cross join lateral (
     values ('kind', n.type), ('identity', n.identity),
            ('relation', case when n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid = 0 then n.objid::text end)) x(field, statement)
), saved as (
  select min(l.place) filter (where l.field = 'kind') as level, min(l.key) filter (where l.field = 'kind')::bigint as objid,
         json_build_object(
           'id', l.node,
           'relation', min(l.statement) filter (where l.field = 'relation')::bigint,
           'kind', min(l.statement) filter (where l.field = 'kind'),
           'identity', min(l.statement) filter (where l.field = 'identity'),
           'needs', coalesce(json_agg(l.statement order by l.key) filter (where l.field = 'need'), '[]'),
           'uses', coalesce(json_agg(json_build_object('of', l.statement, 'column', l.col) order by l.key, l.col)
                            filter (where l.field = 'use'), '[]'),
           'lock', min(l.statement) filter (where l.field = 'lock'),
           'drop', coalesce(string_agg(l.statement, '; ' order by l.place, l.key) filter (where l.field = 'drop'), ''),
           'create', coalesce(json_agg(l.statement order by l.place, l.key) filter (where l.field = 'create'), '[]'),
           'parts', coalesce(json_agg(json_build_object('option', l.option, 'column', l.col, 'late', l.late,
                                                        'statement', l.statement)
                                      order by l.late, l.place, l.key) filter (where l.field = 'part'), '[]'),
           'impossible', min(l.statement) filter (where l.field = 'impossible'),
           'missing', coalesce(json_agg(l.statement order by l.key) filter (where l.field = 'missing'), '[]'),
           'warnings', coalesce(json_agg(l.statement order by l.place, l.key) filter (where l.field = 'warning'), '[]')) as value
    from line l
   group by l.node
)
select coalesce(json_agg(s.value order by s.level, s.objid, s.value ->> 'id'), '[]') as answer
  from saved s
