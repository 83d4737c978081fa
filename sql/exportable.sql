-- The views, materialized views, functions, procedures, aggregates and triggers of some schemas, with the statements that make
-- each of them and what belongs to it, as a person would write them: names of the project's schema stand alone.
-- Parameters: schema (the project's; in any other one, what a statement is about is named with its schema: `build` takes a bare
-- name for one of the project's), schemas (text[]), every (a boolean: all schemas instead, but the server's own), ledger (schema,
-- which is left out). Who may not create in a schema exports for somebody else, and takes the word of its owner too.
-- Columns: answer (JSON: {role, server, ledger (whether there is one that we may read), missing (the schemas that are not there),
-- initial ([{schema, routine, grants}]: what the role's new relations and routines have), objects: [Exportable], see
-- src/read/exportable.rs}). Settings: pinned, search_path to the project's. So every name here has its schema. Versions: 14-18.
with recursive :trusted_roles, chosen as (
  select n.oid, n.nspname,
         case when not pg_catalog.has_schema_privilege(n.oid, 'create') then n.nspowner end as spokesman
    from pg_catalog.pg_namespace n
   where n.nspname <> :'ledger' and n.nspname <> 'information_schema'
     and pg_catalog.left(n.nspname::text, 3) <> 'pg_'
     and (:every or n.nspname::text = any (:'schemas'::text[]))
), object as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, c.oid, c.oid as relation,
         case c.relkind when 'v' then 'view' else 'materialized view' end as kind,
         s.nspname as schema, c.relname as name, null::text[] as arguments, null::name as on_table,
         pg_catalog.pg_get_viewdef(c.oid, true) as definition, c.relispopulated as populated,
         case when c.relkind = 'm' then
           (select a.amname from pg_catalog.pg_am a
             where a.oid = c.relam and a.amname <> pg_catalog.current_setting('default_table_access_method')) end as method,
         (select t.spcname from pg_catalog.pg_tablespace t where t.oid = c.reltablespace) as tablespace,
         r.oid as row, 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid as row_class, c.relowner as owner, s.spokesman
    from chosen s
    join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relkind in ('v', 'm')
    join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
  union all -- not those that come with a type
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, null,
         case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
         s.nspname, p.proname,
         array(select pg_catalog.format_type(t.oid, null)
                 from pg_catalog.unnest(p.proargtypes) with ordinality t(oid, place)
                order by t.place),
         null, case when p.prokind = 'a' then :aggregate else pg_catalog.pg_get_functiondef(p.oid) end,
         true, null, null, p.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.proowner, s.spokesman
    from chosen s
    join pg_catalog.pg_proc p on p.pronamespace = s.oid
   where not exists (
           select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'i')
  union all -- not those that a partition has from its parent
  select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, null, 'trigger', s.nspname, t.tgname, null, c.relname,
         pg_catalog.pg_get_triggerdef(t.oid, s.nspname = :'schema'), true, null, null, t.oid,
         'pg_catalog.pg_trigger'::pg_catalog.regclass, c.relowner, s.spokesman
    from chosen s
    join pg_catalog.pg_class c on c.relnamespace = s.oid
    join pg_catalog.pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgparentid = 0
), stranger (class, oid, of_class, of_oid, owner) as materialized ( -- what code can be in and somebody owns who is not trusted
  select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid, 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid, p.proowner
    from pg_catalog.pg_proc p
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner
    from pg_catalog.pg_class c
   where c.relkind in ('v', 'm')
  union all -- an array is its element, and the row of a view that view
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid,
         case when c.relkind in ('v', 'm') then 'pg_catalog.pg_class' else 'pg_catalog.pg_type' end::pg_catalog.regclass,
         case when c.relkind in ('v', 'm') then c.oid else e.oid end, e.typowner
    from pg_catalog.pg_type t
    join pg_catalog.pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
    left join pg_catalog.pg_class c on c.oid = e.typrelid
   where c.oid is null or c.relkind in ('c', 'v', 'm')
  union all
  select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, w.owner
    from pg_catalog.pg_operator o
    left join pg_catalog.pg_proc p on p.oid = o.oprcode
   cross join lateral (values (o.oprowner), (p.proowner)) w(owner)
  union all
  select 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, c.collowner
    from pg_catalog.pg_collation c
  union all
  select 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid, c.opcowner
    from pg_catalog.pg_opclass c
  union all
  select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, c.cfgowner
    from pg_catalog.pg_ts_config c
  union all
  select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, c.oid, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, c.oid, c.dictowner
    from pg_catalog.pg_ts_dict c
), untrusted as materialized (
  select s.* from stranger s where s.owner <> all (array(select t.oid from trusted t))
), strange as materialized (
  select u.class, u.oid,
         pg_catalog.json_agg(distinct pg_catalog.jsonb_build_object(
           'address', s.of_class || '/' || s.of_oid || '/0', 'owner', pg_catalog.pg_get_userbyid(s.owner),
           'what', (select i.type || ' ' || i.identity from pg_catalog.pg_identify_object(s.of_class, s.of_oid, 0) i))) as things
    from (
    select o.class, o.oid, o.spokesman, o.row_class, o.row from object o
    union all
    select o.class, o.oid, o.spokesman, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, v.oid
      from object o join pg_catalog.pg_attrdef v on v.adrelid = o.relation
    union all
    select o.class, o.oid, o.spokesman, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
      from object o join pg_catalog.pg_index i on i.indrelid = o.relation
    union all
    select o.class, o.oid, o.spokesman, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, t.oid
      from object o join pg_catalog.pg_statistic_ext t on t.stxrelid = o.relation
    union all
    select o.class, o.oid, o.spokesman, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid
      from object o
      join pg_catalog.pg_rewrite r on r.ev_class = o.relation and r.rulename <> '_RETURN') u
    join pg_catalog.pg_depend d on d.classid = u.row_class and d.objid = u.row and d.deptype in ('n', 'a')
    join untrusted s on s.class = d.refclassid and s.oid = d.refobjid and s.owner is distinct from u.spokesman
   where (s.of_class, s.of_oid) <> (u.class, u.oid)
   group by u.class, u.oid
)
select pg_catalog.json_build_object(
  'role', current_user,
  'server', pg_catalog.current_setting('server_version_num')::int,
  'ledger', coalesce(pg_catalog.has_table_privilege(
              pg_catalog.to_regclass(pg_catalog.quote_ident(:'ledger') || '.object'), 'select'), false),
  'missing', array(select w.name
                     from pg_catalog.unnest(:'schemas'::text[]) w(name)
                    where not exists (select from pg_catalog.pg_namespace n where n.nspname::text = w.name)),
  'initial', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'schema', s.nspname, 'routine', k.kind = 'f',
             'grants', array(
               select pg_catalog.json_build_object(
                        'grantee', case when e.grantee <> 0 then pg_catalog.pg_get_userbyid(e.grantee) end,
                        'privilege', pg_catalog.lower(e.privilege_type), 'column', null,
                        'option', e.is_grantable, 'by_owner', true)
                 from (select coalesce((select g.defaclacl
                                          from pg_catalog.pg_default_acl g
                                         where g.defaclrole = me.oid and g.defaclnamespace = 0 and g.defaclobjtype = k.kind),
                                       pg_catalog.acldefault(k.kind, me.oid)) as acl
                       union all
                       select n.defaclacl
                         from pg_catalog.pg_default_acl n
                        where n.defaclrole = me.oid and n.defaclnamespace = s.oid and n.defaclobjtype = k.kind) d
                cross join lateral pg_catalog.aclexplode(d.acl) e)))
      from chosen s
      join pg_catalog.pg_roles me on me.rolname = current_user
     cross join (values ('r'::"char"), ('f')) k(kind)), '[]'),
  'objects', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'address', o.class || '/' || o.oid || '/0',
             'kind', o.kind,
             'schema', o.schema,
             'name', o.name,
             'arguments', o.arguments,
             'table', o.on_table,
             'definition', o.definition,
             'owner', pg_catalog.pg_get_userbyid(o.owner),
             'trusted', o.owner = any (array(select t.oid from trusted t)) or o.owner is not distinct from o.spokesman,
             'strange', coalesce((select s.things from strange s where (s.class, s.oid) = (o.class, o.oid)), '[]'),
             'populated', o.populated,
             'method', o.method,
             'tablespace', o.tablespace,
             'extension', (select e.extname
                             from pg_catalog.pg_depend d
                             join pg_catalog.pg_extension e on e.oid = d.refobjid
                            where d.classid = o.class and d.objid = o.oid and d.deptype = 'e'
                              and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                            limit 1),
             -- Something that is made together with the tables needs it: a default, a check, an index, a policy, an
             -- operator.
             'early', o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and exists (
               select from pg_catalog.pg_depend d
                 left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = d.objid
                 left join pg_catalog.pg_attrdef v on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and v.oid = d.objid
                 left join pg_catalog.pg_index i on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.indexrelid = d.objid
                 left join pg_catalog.pg_statistic_ext t
                   on d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and t.oid = d.objid
                 left join pg_catalog.pg_class c on c.oid = coalesce(w.ev_class, v.adrelid, i.indrelid, t.stxrelid)
                where d.refclassid = o.class and d.refobjid = o.oid and d.deptype in ('n', 'a')
                  and d.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass
                  and d.classid <> 'pg_catalog.pg_trigger'::pg_catalog.regclass
                  and (c.oid is null or c.relkind not in ('v', 'm'))),
             'columns', array(select a.attname
                                from pg_catalog.pg_attribute a
                               where a.attrelid = o.relation and a.attnum > 0 and not a.attisdropped
                               order by a.attnum),
             'needs', n.addresses,
             'parts', coalesce((
               select pg_catalog.json_agg(pg_catalog.json_build_object(
                        'kind', p.kind, 'name', p.name, 'schema', p.schema, 'text', p.text, 'needs', m.addresses)
                        order by p.place, p.number, p.name)
                 -- What is made beside a view, and is stated in its file.
                 from (
                 select 'default' as kind, 1 as place, a.attnum::int as number, a.attname as name, null::name as schema,
                        pg_catalog.pg_get_expr(v.adbin, v.adrelid, true) as text,
                        'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid as class, v.oid as row
                   from pg_catalog.pg_attrdef v
                   join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum
                  where v.adrelid = o.relation
                 union all
                 select 'index', 2, 0, x.relname, null,
                        pg_catalog.left(d.text, pg_catalog.length(d.text) - pg_catalog.length(d.condition)) || d.space || d.condition,
                        'pg_catalog.pg_class'::pg_catalog.regclass, x.oid
                   from pg_catalog.pg_index i
                   join pg_catalog.pg_class x on x.oid = i.indexrelid
                  -- The server prints no tablespace.
                  cross join lateral (
                    select pg_catalog.pg_get_indexdef(x.oid, 0, o.schema = :'schema') as text,
                           coalesce(' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid, o.schema = :'schema'), '') as condition,
                           coalesce((select ' TABLESPACE ' || pg_catalog.quote_ident(t.spcname)
                                       from pg_catalog.pg_tablespace t
                                      where t.oid = x.reltablespace), '') as space) d
                  where i.indrelid = o.relation and i.indisvalid
                 union all
                 select 'statistics', 3, 0, t.stxname, n.nspname, pg_catalog.pg_get_statisticsobjdef(t.oid),
                        'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, t.oid
                   from pg_catalog.pg_statistic_ext t
                   join pg_catalog.pg_namespace n on n.oid = t.stxnamespace
                  where t.stxrelid = o.relation
                 union all
                 select 'rule', 4, 0, r.rulename, null, pg_catalog.pg_get_ruledef(r.oid, o.schema = :'schema'),
                        'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid
                   from pg_catalog.pg_rewrite r
                  where r.ev_class = o.relation and r.rulename <> '_RETURN'
                 ) p
                cross join lateral (
                  select array(select distinct x.address
                                 from (select d.refclassid || '/' || d.refobjid || '/0' as address
                                         from pg_catalog.pg_depend d
                                        where d.classid = p.class and d.objid = p.row and d.deptype in ('n', 'a')
                                          and d.refobjid >= 16384
                                       union all
                                       select 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || t.typrelid || '/0'
                                         from pg_catalog.pg_depend d
                                         join pg_catalog.pg_type y on y.oid = d.refobjid
                                         join pg_catalog.pg_type t on t.oid in (y.oid, y.typelem) and t.typrelid <> 0
                                        where d.classid = p.class and d.objid = p.row and d.deptype in ('n', 'a')
                                          and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass) x) as addresses) m), '[]'))
             order by o.schema::text collate "C", o.name::text collate "C", o.arguments, o.on_table)
      from object o
     cross join lateral (
       select array(select distinct x.address
                      from (select d.refclassid || '/' || d.refobjid || '/0' as address
                              from pg_catalog.pg_depend d
                             where d.classid = o.row_class and d.objid = o.row and d.deptype in ('n', 'a')
                               and d.refobjid >= 16384
                            union all -- the row of a view, or an array of it
                            select 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || t.typrelid || '/0'
                              from pg_catalog.pg_depend d
                              join pg_catalog.pg_type y on y.oid = d.refobjid
                              join pg_catalog.pg_type t on t.oid in (y.oid, y.typelem) and t.typrelid <> 0
                             where d.classid = o.row_class and d.objid = o.row and d.deptype in ('n', 'a')
                               and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                            union all -- the function of an operator
                            select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid || '/' || f.oprcode::oid || '/0'
                              from pg_catalog.pg_depend d
                              join pg_catalog.pg_operator f on f.oid = d.refobjid
                             where d.classid = o.row_class and d.objid = o.row and d.deptype in ('n', 'a')
                               and d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass
                               and f.oprcode::oid >= 16384) x) as addresses) n), '[]')) as answer
