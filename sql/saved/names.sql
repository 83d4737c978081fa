-- A part of saved.sql, a CTE's query: how each thing is called; `holed` has holes in the place of the name and the kind of what the
-- statements that put back belong to, where that is a view, materialized view or routine.
-- Columns: spoken (its name behind DROP, COMMENT ON, ALTER), on_table (what ALTER calls the relation or domain that it belongs
-- to), fq (its name in GRANT; for what belongs to a relation, the relation's), name,
-- spoken_name, kind (what stands in the holes), owner, nsp (its schema), place (its order among
-- what belongs to one node), relkind (of the relation), own (it is a node itself), late (it belongs to a view and may name
-- anything that was dropped, so it comes when everything stands again), thing (JSON: {kind, schema, name}: a rule, trigger,
-- column default, index or extended statistics; of a default, the column).
-- Parameters: none. Versions: 14-18.
holed as materialized (
  select h.classid, h.objid, h.objsubid, h.node, h.what, h.relid, h.node = h.id as own,
         s.spoken, s.on_table, s.fq, s.name, s.spoken_name, s.kind, s.owner, s.nsp, s.place, s.relkind,
         h.node <> h.id and s.relkind in ('v', 'm') and s.place >= 100 as late,
         case when s.thing is not null then
                jsonb_build_object('kind', h.what, 'schema', s.schema, 'name', s.thing) end as thing
    from home h
   cross join me
   cross join lateral (
     select me.kind_hole || me.name_hole as spoken, me.kind_hole || me.name_hole as on_table, me.name_hole as fq,
            r.fq as name, r.fq as spoken_name, r.kind, c.relowner as owner, c.relnamespace as nsp,
            0 as place, c.relkind, null::name as thing, null::name as schema
       from pg_catalog.pg_class c
      cross join lateral (
        select case c.relkind when 'v' then 'view ' else 'materialized view ' end as kind,
               format('%I.%I', s.nspname, c.relname) as fq
          from pg_catalog.pg_namespace s
         where s.oid = c.relnamespace) r
      where h.what = 'relation' and c.oid = h.objid
     union all
     select case p.prokind when 'a' then 'aggregate ' when 'p' then 'procedure ' else 'function ' end
              || me.spoken_hole,
            null, 'routine ' || me.name_hole, p.oid::regprocedure::text,
            format('%I.%I(%s)', s.nspname, p.proname,
                   case when p.prokind = 'a' and p.pronargs = 0 then '*'
                        else pg_get_function_identity_arguments(p.oid) end),
            '', p.proowner, p.pronamespace, 0, null, null, null
       from pg_catalog.pg_proc p
       join pg_catalog.pg_namespace s on s.oid = p.pronamespace
      where h.what = 'routine' and p.oid = h.objid
     union all
     select format('operator %s (%s, %s)', n.fq,
                   case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end,
                   case when o.oprright = 0 then 'none' else format_type(o.oprright, null) end),
            null, n.fq, null, null, null, o.oprowner, o.oprnamespace, 0, null, null, null
       from pg_catalog.pg_operator o
       join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
      cross join lateral (select format('%I.%s', s.nspname, o.oprname) as fq) n
      where h.what = 'operator' and o.oid = h.objid
     union all
     select format('cast (%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)),
            null, null, null, null, null, null, null, 0, null, null, null
       from pg_catalog.pg_cast c
      where h.what = 'cast' and c.oid = h.objid
     union all
     select format('transform for %s language %I', format_type(t.trftype, null), l.lanname),
            null, null, null, null, null, null, null, 0, null, null, null
       from pg_catalog.pg_transform t
       join pg_catalog.pg_language l on l.oid = t.trflang
      where h.what = 'transform' and t.oid = h.objid
     union all -- what belongs to a relation
     select case h.what
              when 'column' then
                (select format('column %s.%I', r.fq, t.attname)
                   from pg_catalog.pg_attribute t
                  where t.attrelid = h.relid and t.attnum = h.objsubid)
              when 'rule' then
                (select format('rule %I on %s', w.rulename, r.fq) from pg_catalog.pg_rewrite w where w.oid = h.objid)
              when 'trigger' then
                (select format('trigger %I on %s', t.tgname, r.fq) from pg_catalog.pg_trigger t where t.oid = h.objid)
              when 'policy' then
                (select format('policy %I on %s', p.polname, r.fq) from pg_catalog.pg_policy p where p.oid = h.objid)
              when 'constraint' then
                (select format('constraint %I on %s', c.conname, r.fq)
                   from pg_catalog.pg_constraint c
                  where c.oid = h.objid)
              when 'index' then 'index ' || h.objid::regclass
              when 'statistics' then format('statistics %I.%I', s.nspname, s.stxname) end,
            r.kind || r.fq, r.fq, r.name, r.name, null, coalesce(s.stxowner, r.relowner), coalesce(s.stxnamespace, r.relnamespace),
            case h.what when 'constraint' then 100 when 'index' then 110 when 'statistics' then 130
                        when 'default' then 140 when 'rule' then 150 when 'trigger' then 160 else 0 end,
            r.relkind,
            case h.what
              when 'rule' then (select w.rulename from pg_catalog.pg_rewrite w where w.oid = h.objid)
              when 'trigger' then (select t.tgname from pg_catalog.pg_trigger t where t.oid = h.objid)
              when 'index' then (select i.relname from pg_catalog.pg_class i where i.oid = h.objid)
              when 'statistics' then s.stxname
              when 'default' then
                (select t.attname
                   from pg_catalog.pg_attrdef v
                   join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
                  where v.oid = h.objid) end,
            coalesce(s.nspname, r.nspname)
       from (select c.relkind, c.relowner, c.relnamespace, s.nspname, q.name, case when q.holed then me.name_hole else q.name end as fq,
                    case when q.holed then me.kind_hole when c.relkind = 'v' then 'view '
                         when c.relkind = 'm' then 'materialized view ' when c.relkind = 'f' then 'foreign table '
                         else 'table ' end as kind
               from pg_catalog.pg_class c
               join pg_catalog.pg_namespace s on s.oid = c.relnamespace
              cross join lateral (
                select format('%I.%I', s.nspname, c.relname) as name,
                       c.relkind in ('v', 'm') and h.node <> h.id as holed) q
              where c.oid = h.relid) r
       left join lateral (
         select t.stxname, t.stxowner, t.stxnamespace, s.nspname
           from pg_catalog.pg_statistic_ext t
           join pg_catalog.pg_namespace s on s.oid = t.stxnamespace
          where h.what = 'statistics' and t.oid = h.objid) s on true
      where h.what in ('column', 'rule', 'trigger', 'policy', 'constraint', 'index', 'statistics', 'default')
     union all
     select format('constraint %I on domain %s', c.conname, d.fq), 'domain ' || d.fq, d.fq, null, null, null, t.typowner, t.typnamespace,
            0, null, null, null
       from pg_catalog.pg_constraint c
       join pg_catalog.pg_type t on t.oid = c.contypid
      cross join lateral (select format_type(t.oid, null) as fq) d
      where h.what = 'constraint' and c.oid = h.objid) s
), called as materialized (
  select coalesce(jsonb_object_agg(h.node, jsonb_build_array(h.kind, h.name, h.spoken_name)), '{}') as of
    from holed h
   where h.own and h.kind is not null
), named as materialized (
  select h.classid, h.objid, h.objsubid, h.node, h.what, h.relid, h.own, x.spoken, x.on_table, x.fq, h.owner, h.nsp, h.place, h.relkind,
         h.late, h.thing
    from holed h
   cross join me
   cross join lateral (select (select c.of from called c) -> h.node as called) c
   cross join lateral (
     select replace(replace(replace(h.spoken, me.kind_hole, coalesce(c.called ->> 0, '')),
                            me.name_hole, coalesce(c.called ->> 1, '')), me.spoken_hole, coalesce(c.called ->> 2, '')) as spoken,
            replace(replace(h.on_table, me.kind_hole, coalesce(c.called ->> 0, '')), me.name_hole, coalesce(c.called ->> 1, ''))
              as on_table,
            replace(h.fq, me.name_hole, coalesce(c.called ->> 1, '')) as fq) x
)
