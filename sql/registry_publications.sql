-- Publications. What they publish is asked in a query of its own, because 14 has neither their columns nor their schemas; its
-- answer is in hexadecimal digits, which XML leaves as they are.
-- Parameters: scope (the text of registry_scope.sql, with its own). Columns: as in registry_whole.sql. Versions: 14-18.
:scope
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', 'pg_publication/' || p.oid || '/0',
         'kind', 'publication',
         'name', p.pubname,
         'definition', format('create publication %I%s with (%s)', p.pubname, ' for ' || t.told, o.options),
         'aspects', json_build_object('publishes', t.told, 'options', o.options)))), '[]') as answer
  from pg_catalog.pg_publication p
 cross join lateral (
   select case when current_setting('server_version_num')::int >= 150000 then format($$
            select concat_ws(', ',
                     (select 'table ' || string_agg(format('only %%s%%s%%s', r.prrelid::regclass,
                               ' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                                          from pg_catalog.pg_attribute a
                                         where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)) || ')',
                               ' where ' || pg_get_expr(r.prqual, r.prrelid)), ', ' order by r.prrelid::regclass::text)
                        from pg_catalog.pg_publication_rel r
                       where r.prpubid = %1$s),
                     (select 'tables in schema ' || string_agg(n.pnnspid::regnamespace::text, ', ' order by n.pnnspid::regnamespace::text)
                        from pg_catalog.pg_publication_namespace n
                       where n.pnpubid = %1$s)) as told $$, p.oid)
          else format($$
            select 'table ' || string_agg('only ' || r.prrelid::regclass, ', ' order by r.prrelid::regclass::text) as told
              from pg_catalog.pg_publication_rel r
             where r.prpubid = %s $$, p.oid) end as text) q
 cross join lateral (
   select query_to_xml(format('select encode(convert_to(q.told, %L), %L) as x from (%s) q', 'UTF8', 'hex', q.text),
                       false, true, '') as answer) x
 cross join lateral (
   select case when p.puballtables then 'all tables'
               else nullif(convert_from(decode((xpath('/row/x/text()', x.answer))[1]::text, 'hex'), 'UTF8'), '') end as told) t
 cross join lateral (
   select concat_ws(', ',
            'publish = ' || quote_literal(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
              case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end)),
            case when p.pubviaroot then 'publish_via_partition_root = true' end,
            -- Since 18.
            case when to_jsonb(p) ->> 'pubgencols' = 's' then 'publish_generated_columns = stored' end) as options) o
