-- What is attached to the live objects whose files or records state something about it, as values: owner, grants, comments,
-- options, and what the server makes of column defaults, rules, indexes and statistics.
-- Parameters: wanted (JSON: [{schema, name, table, address, found, attached}], of which those with attached
-- are answered; found: the address of the routine of this identity).
-- Columns: answer (JSON: [{address, owner, options, grants, initial (of a new object), comments, fires, cluster, made, tablespaces,
-- keeps (JSON: {index or statistics: [statement]}: what was put on it and goes with it)}]). Of a trigger: comments and when it
-- fires. Settings: pinned, search_path to pg_catalog, so that deparsed text is one and the same everywhere. Versions: 14-18.
with wanted as (
  select w.*
    from pg_catalog.json_to_recordset(:'wanted')
           as w(schema text, name text, "table" text, address text, found text, attached boolean)
   where w.attached
), address as (
  select pg_catalog.split_part(a.address, '/', 1)::oid as class, pg_catalog.split_part(a.address, '/', 2)::oid as oid
    from wanted w
   cross join lateral (values (w.address), (w.found)) a(address)
   where a.address is not null
  union
  select 'pg_catalog.pg_class'::pg_catalog.regclass, x.oid
    from wanted w
    join pg_catalog.pg_namespace y on y.nspname = w.schema
    join pg_catalog.pg_class x on x.relnamespace = y.oid and x.relname = w.name
   where w."table" is null and w.found is null
  union
  select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
    from wanted w
    join pg_catalog.pg_namespace y on y.nspname = w.schema
    join pg_catalog.pg_class x on x.relnamespace = y.oid and x.relname = w."table"
    join pg_catalog.pg_trigger t on t.tgrelid = x.oid and t.tgname = w.name and not t.tgisinternal
), object as (
  -- aclkind: as acldefault and pg_default_acl know it.
  select a.class, a.oid, c.relowner as owner, c.relnamespace as namespace, c.relacl as acl, 'r'::"char" as aclkind,
         pg_catalog.array_cat(c.reloptions, (
           select pg_catalog.array_agg('toast.' || o.option)
             from pg_catalog.pg_class t
            cross join lateral pg_catalog.unnest(t.reloptions) o(option)
            where t.oid = c.reltoastrelid)) as options,
         null::"char" as fires
    from address a
    join pg_catalog.pg_class c on c.oid = a.oid and c.relkind in ('v', 'm')
   where a.class = 'pg_catalog.pg_class'::pg_catalog.regclass
  union all
  select a.class, a.oid, p.proowner, p.pronamespace, p.proacl, 'f', null, null
    from address a
    join pg_catalog.pg_proc p on p.oid = a.oid
   where a.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all
  select a.class, a.oid, null, null, null, null, null, t.tgenabled
    from address a
    join pg_catalog.pg_trigger t on t.oid = a.oid
   where a.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
), relation as (
  select o.oid from object o where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass
), part as (
  -- What can have a comment of its own.
  select a.attrelid as relation, 'pg_catalog.pg_class'::pg_catalog.regclass as class, a.attrelid as oid,
         a.attnum::int as sub, 'column' as kind, a.attname as name
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  union all
  select r.oid, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, 0, 'rule', w.rulename
    from relation r
    join pg_catalog.pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
  union all
  select r.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, x.oid, 0, 'index', x.relname
    from relation r
    join pg_catalog.pg_index i on i.indrelid = r.oid
    join pg_catalog.pg_class x on x.oid = i.indexrelid
  union all
  select r.oid, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0, 'statistics', s.stxname
    from relation r
    join pg_catalog.pg_statistic_ext s on s.stxrelid = r.oid
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'address', o.class || '/' || o.oid || '/0',
         'owner', coalesce(pg_catalog.pg_get_userbyid(o.owner), ''),
         'options', coalesce(o.options, '{}'),
         'fires', o.fires,
         'cluster', (select x.relname
                       from pg_catalog.pg_index i
                       join pg_catalog.pg_class x on x.oid = i.indexrelid
                      where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indrelid = o.oid and i.indisclustered),
         'tablespaces', coalesce((
           select pg_catalog.json_object_agg(x.relname, t.spcname)
             from pg_catalog.pg_index i
             join pg_catalog.pg_class x on x.oid = i.indexrelid
             join pg_catalog.pg_tablespace t on t.oid = x.reltablespace
            where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indrelid = o.oid), '{}'),
         'grants', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'grantee', case when g.grantee <> 0 then pg_catalog.pg_get_userbyid(g.grantee) end,
                    'privilege', pg_catalog.lower(g.privilege_type),
                    'column', g.attname,
                    'option', g.is_grantable,
                    'by_owner', g.grantor = o.owner))
             from (select null as attname, e.*
                     from pg_catalog.aclexplode(coalesce(o.acl, pg_catalog.acldefault(o.aclkind, o.owner))) e
                   union all
                   select a.attname, e.*
                     from pg_catalog.pg_attribute a
                    cross join lateral pg_catalog.aclexplode(a.attacl) e
                    where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass
                      and a.attrelid = o.oid and a.attacl is not null and not a.attisdropped) g), '[]'),
         'initial', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'grantee', case when e.grantee <> 0 then pg_catalog.pg_get_userbyid(e.grantee) end,
                    'privilege', pg_catalog.lower(e.privilege_type),
                    'column', null,
                    'option', e.is_grantable,
                    'by_owner', true))
             from (select coalesce((select g.defaclacl
                                      from pg_catalog.pg_default_acl g
                                     where g.defaclrole = o.owner and g.defaclnamespace = 0 and g.defaclobjtype = o.aclkind),
                                   pg_catalog.acldefault(o.aclkind, o.owner)) as acl
                   union all
                   select s.defaclacl
                     from pg_catalog.pg_default_acl s
                    where s.defaclrole = o.owner and s.defaclnamespace = o.namespace and s.defaclobjtype = o.aclkind) d
            cross join lateral pg_catalog.aclexplode(d.acl) e), '[]'),
         'comments', coalesce((
           select pg_catalog.json_agg(pg_catalog.jsonb_build_object('text', d.description)
                    || case when p.kind is null then '{}' else pg_catalog.jsonb_build_object(p.kind, p.name) end)
             from (select o.class, o.oid, 0 as sub, null as kind, null as name
                   union all
                   select p.class, p.oid, p.sub, p.kind, p.name
                     from part p
                    where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and p.relation = o.oid) p
             join pg_catalog.pg_description d on d.classoid = p.class and d.objoid = p.oid and d.objsubid = p.sub), '[]'),
         'made', case when o.class = 'pg_catalog.pg_class'::pg_catalog.regclass then :made else '{}' end,
         'keeps', coalesce((
           select pg_catalog.json_object_agg(k.name, k.statements)
             from (select p.name, pg_catalog.json_agg(x.statement order by x.place) as statements
                     from part p
                    cross join lateral (
                      -- The target is null where there is none since 17, and -1 before.
                      select 2 as place, pg_catalog.format('alter statistics %I.%I set statistics %s', n.nspname, p.name,
                                                           v.target) as statement
                        from pg_catalog.pg_statistic_ext s
                        join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
                       cross join lateral (select (pg_catalog.to_jsonb(s) ->> 'stxstattarget')::int as target) v
                       where p.kind = 'statistics' and s.oid = p.oid and v.target >= 0
                      union all
                      select 3, pg_catalog.format('comment on %s is %L', case p.kind
                                  when 'index' then 'index ' || p.oid::pg_catalog.regclass
                                  else (select pg_catalog.format('statistics %I.%I', n.nspname, s.stxname)
                                          from pg_catalog.pg_statistic_ext s
                                          join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
                                         where s.oid = p.oid) end, d.description)
                        from pg_catalog.pg_description d
                       where d.classoid = p.class and d.objoid = p.oid and d.objsubid = 0) x
                    where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and p.relation = o.oid
                      and p.kind in ('index', 'statistics')
                    group by p.name) k), '{}'))), '[]') as answer
  from object o
