-- What is attached to the live objects whose files or records state something about it, as values: owner, grants, comments,
-- options, column defaults, rules.
-- Parameters: wanted (JSON: [{schema, name, old_schema, old_name, address, attached}], of which those with attached are answered).
-- Columns: answer (JSON: [{address, owner, options, grants, initial (of a new object), comments,
-- defaults, rules}]). Settings: pinned, search_path to
-- pg_catalog, so that deparsed text is one and the same everywhere. Versions: 14-18.
with wanted as (
  select w.*
    from pg_catalog.json_to_recordset(:'wanted')
           as w(schema text, name text, old_schema text, old_name text, address text, attached boolean)
   where w.attached
), relation as (
  select c.oid, c.relowner, c.relnamespace, c.relacl, c.reloptions
    from (select pg_catalog.split_part(w.address, '/', 2)::oid as oid
            from wanted w
           where pg_catalog.split_part(w.address, '/', 1) = 'pg_catalog.pg_class'::pg_catalog.regclass::oid::text
          union
          select x.oid
            from wanted w
           cross join lateral (values (w.schema, w.name), (w.old_schema, w.old_name)) n(schema, name)
            join pg_catalog.pg_namespace y on y.nspname = n.schema
            join pg_catalog.pg_class x on x.relnamespace = y.oid and x.relname = n.name) found
    join pg_catalog.pg_class c on c.oid = found.oid and c.relkind in ('v', 'm')
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'address', 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || r.oid || '/0',
         'owner', pg_catalog.pg_get_userbyid(r.relowner),
         'options', coalesce(r.reloptions, '{}'),
         'grants', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'grantee', case when g.grantee <> 0 then pg_catalog.pg_get_userbyid(g.grantee) end,
                    'privilege', pg_catalog.lower(g.privilege_type),
                    'column', g.attname,
                    'option', g.is_grantable,
                    'by_owner', g.grantor = r.relowner))
             from (select null as attname, e.*
                     from pg_catalog.aclexplode(coalesce(r.relacl, pg_catalog.acldefault('r', r.relowner))) e
                   union all
                   select a.attname, e.*
                     from pg_catalog.pg_attribute a
                    cross join lateral pg_catalog.aclexplode(a.attacl) e
                    where a.attrelid = r.oid and a.attacl is not null and not a.attisdropped) g), '[]'),
         'initial', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'grantee', case when e.grantee <> 0 then pg_catalog.pg_get_userbyid(e.grantee) end,
                    'privilege', pg_catalog.lower(e.privilege_type),
                    'column', null,
                    'option', e.is_grantable,
                    'by_owner', true))
             from (select coalesce((select g.defaclacl
                                      from pg_catalog.pg_default_acl g
                                     where g.defaclrole = r.relowner and g.defaclnamespace = 0 and g.defaclobjtype = 'r'),
                                   pg_catalog.acldefault('r', r.relowner)) as acl
                   union all
                   select s.defaclacl
                     from pg_catalog.pg_default_acl s
                    where s.defaclrole = r.relowner and s.defaclnamespace = r.relnamespace and s.defaclobjtype = 'r') d
            cross join lateral pg_catalog.aclexplode(d.acl) e), '[]'),
         'comments', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object('column', d.attname, 'rule', d.rulename, 'text', d.description))
             from (select a.attname, null as rulename, d.description
                     from pg_catalog.pg_description d
                     left join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum = d.objsubid and d.objsubid > 0
                    where d.objoid = r.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                   union all
                   select null, w.rulename, d.description
                     from pg_catalog.pg_rewrite w
                     join pg_catalog.pg_description d
                       on d.objoid = w.oid and d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                    where w.ev_class = r.oid and w.rulename <> '_RETURN') d), '[]'),
         'defaults', coalesce((
           select pg_catalog.json_object_agg(a.attname, pg_catalog.json_build_object(
                    'xmin', f.xmin::text,
                    'hash', pg_catalog.md5(pg_catalog.pg_get_expr(f.adbin, f.adrelid))))
             from pg_catalog.pg_attrdef f
             join pg_catalog.pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
            where f.adrelid = r.oid), '{}'),
         'rules', coalesce((
           select pg_catalog.json_object_agg(w.rulename, pg_catalog.json_build_object(
                    'xmin', w.xmin::text,
                    'hash', pg_catalog.md5(w.ev_enabled::text || pg_catalog.pg_get_ruledef(w.oid))))
             from pg_catalog.pg_rewrite w
            where w.ev_class = r.oid and w.rulename <> '_RETURN'), '{}'))), '[]') as answer
  from relation r
