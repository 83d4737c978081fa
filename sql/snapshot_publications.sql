-- Publications, each with what it publishes.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', 'pg_publication/' || p.oid || '/0',
         'kind', 'publication',
         'name', p.pubname,
         'definition', format('create publication %I%s with (%s)', p.pubname, ' for ' || t.told, o.options),
         'attributes', json_build_object('publishes', t.told, 'options', o.options)))), '[]') as answer
  from pg_catalog.pg_publication p
  -- The columns of pg_publication_rel that 14 lacks; where it has them, their names below are its own.
 cross join (select null::int2vector as prattrs, null::pg_node_tree as prqual) lacking
 cross join lateral (
   select case when p.puballtables then 'all tables' else nullif(concat_ws(', ',
     (select 'table ' || string_agg(format('only %s%s%s', x.fq, ' (' || x.columns || ')', ' where ' || x.filter), ', ' order by x.fq)
        from (select r.prrelid::regclass::text as fq,
                     (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                        from pg_catalog.pg_attribute a
                       where a.attrelid = r.prrelid and a.attnum = any (prattrs)) as columns,
                     pg_get_expr(prqual, r.prrelid) as filter
                from pg_catalog.pg_publication_rel r
               where r.prpubid = p.oid) x),
     -- 14 has no pg_publication_namespace either; its rows depend on both.
     (select 'tables in schema ' || string_agg(n.refobjid::regnamespace::text, ', ' order by n.refobjid::regnamespace::text)
        from pg_catalog.pg_depend d
        join pg_catalog.pg_depend n on n.classid = d.classid and n.objid = d.objid and n.refclassid = 'pg_namespace'::regclass
       where d.refclassid = 'pg_publication'::regclass and d.refobjid = p.oid)), '') end as told) t
 cross join lateral (
   select concat_ws(', ',
            'publish = ' || quote_literal(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
              case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end)),
            case when p.pubviaroot then 'publish_via_partition_root = true' end,
            -- Since 18.
            case when to_jsonb(p) ->> 'pubgencols' = 's' then 'publish_generated_columns = stored' end) as options) o
