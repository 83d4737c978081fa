-- A part of saved.sql, a CTE's query: why a thing cannot come back, and the rights that are missing for it.
-- Columns: node, statement (words for people). Parameters: none. Versions: 14-18.
hopeless(node, statement) as (
  select n.node, coalesce(
           (select 'it is a temporary one of another session'
              from pg_catalog.pg_class c
             where c.oid = n.relid and pg_is_other_temp_schema(c.relnamespace)),
           case when n.circular then 'it and others need each other in a circle' end,
           (select format('generated column "%s" of table %s is inherited', t.attname, t.attrelid::regclass)
              from pg_catalog.pg_attribute t
              join pg_catalog.pg_class c on c.oid = t.attrelid
             where n.what = 'column' and t.attrelid = n.relid and t.attnum = n.objsubid
               and (c.relhassubclass or t.attinhcount > 0 or c.relispartition)),
           case when n.what = 'unknown' then coalesce(
             (select case when c.relkind = 'c' then
                            format('attribute "%s" of type %s is of type %s', t.attname, c.oid::regclass, y.name)
                          else format('column "%s" of %s %s %s, and its data cannot be put back', t.attname,
                                      case c.relkind when 'f' then 'foreign table' else 'table' end, c.oid::regclass,
                                      case when t.atttypid >= 16384 then 'is of type ' || y.name
                                           else 'would be dropped' end) end
                from pg_catalog.pg_attribute t
                join pg_catalog.pg_class c on c.oid = t.attrelid
               cross join lateral (select format_type(t.atttypid, t.atttypmod) as name) y
               where n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid > 0
                 and t.attrelid = n.objid and t.attnum = n.objsubid),
             (select format('publication "%s" names table %s with a column list or a row filter', p.pubname,
                            r.prrelid::regclass)
                from pg_catalog.pg_publication_rel r
                join pg_catalog.pg_publication p on p.oid = r.prpubid
               where n.classid = 'pg_catalog.pg_publication_rel'::regclass and r.oid = n.objid),
             (select format('the partition key of table %s uses it', n.identity)
                from pg_catalog.pg_partitioned_table t
               where n.level > 0 and n.classid = 'pg_catalog.pg_class'::regclass and n.objsubid = 0
                 and t.partrelid = n.objid),
             format('viewkeeper cannot create %s %s anew', case when k.kind ~ '^[aeiou]' then 'an' else 'a' end, k.kind))
           end)
    from node n
   cross join lateral (
     select coalesce((select case y.typtype when 'd' then 'domain' when 'e' then 'enum type' when 'r' then 'range type'
                                            when 'c' then 'composite type' end
                        from pg_catalog.pg_type y
                       where n.classid = 'pg_catalog.pg_type'::regclass and y.oid = n.objid), n.type) as kind) k
), want(node, statement) as (
  select n.node, x.statement
    from named n
   cross join me
   cross join lateral (
     select case when n.what = 'constraint' or n.relid <> 0 and n.what <> 'statistics' then n.on_table
                 else n.spoken end as thing,
            pg_get_userbyid(n.owner) as owner,
            pg_has_role(me.oid, n.owner, 'usage') as has,
            n.what in ('relation', 'routine', 'operator', 'statistics') as of_schema) t
   cross join lateral (
     select format('ownership of %s: it is %s''s', t.thing, t.owner) as statement where not t.has
     union all
     select format('membership in role %s, who owns %s', t.owner, t.thing)
      where t.has and t.of_schema and not pg_has_role(me.oid, n.owner, me.becomes)
     union all
     select format('CREATE on schema %s for role %s, who owns %s', n.nsp::regnamespace, t.owner, t.thing)
      where t.of_schema and n.owner <> me.oid and not me.super and not has_schema_privilege(n.owner, n.nsp, 'create')
     union all
     select format('CREATE on schema %s', n.nsp::regnamespace)
      where (t.of_schema or n.what = 'index') and not has_schema_privilege(me.oid, n.nsp, 'create')
     union all
     select format('EXECUTE on function %s', g.tgfoid::regprocedure)
       from pg_catalog.pg_trigger g
      where n.what = 'trigger' and g.oid = n.objid and not has_function_privilege(me.oid, g.tgfoid, 'execute')
     union all
     select format('ownership of extension %s: it is %s''s', e.extname, pg_get_userbyid(e.extowner))
       from pg_catalog.pg_depend p
       join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
      where p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'e'
        and not pg_has_role(me.oid, e.extowner, 'usage')
     union all
     select case when l.lanpltrusted then format('USAGE on language %I', l.lanname)
                 else format('a superuser''s rights for language %I', l.lanname) end
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
     select c.relnamespace as nsp
       from pg_catalog.pg_class c
      where l.refclassid = 'pg_catalog.pg_class'::regclass and c.oid = l.refobjid
     union all
     select p.pronamespace
       from pg_catalog.pg_proc p
      where l.refclassid = 'pg_catalog.pg_proc'::regclass and p.oid = l.refobjid
     union all
     select t.typnamespace
       from pg_catalog.pg_type t
      where l.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = l.refobjid) s
   where not has_schema_privilege(me.oid, s.nsp, 'usage')
)
