-- A part of attached.sql, index_shadows.sql and record.sql, an expression: what the server makes of the column defaults, rules,
-- indexes and extended statistics of a relation, whose own texts it does not keep. The name of an index or of statistics and that
-- of the relation are no part of a hash.
-- Parameters: none. Needs: o (its oid is the relation). Value: JSON: {defaults, rules, indexes, statistics}, each {name: {xmin,
-- hash}}; statistics with their schema, too, and an index that has options with these, and with its hash without them (bare).
-- Settings: pinned, search_path to pg_catalog. Versions: 14-18.
pg_catalog.jsonb_build_object(
  'defaults', coalesce((
    select pg_catalog.jsonb_object_agg(a.attname, pg_catalog.jsonb_build_object(
             'xmin', v.xmin::text,
             'hash', pg_catalog.md5(pg_catalog.pg_get_expr(v.adbin, v.adrelid))))
      from pg_catalog.pg_attrdef v
      join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum
     where v.adrelid = o.oid), '{}'),
  'rules', coalesce((
    select pg_catalog.jsonb_object_agg(w.rulename, pg_catalog.jsonb_build_object(
             'xmin', w.xmin::text,
             -- Without the relation's name, as below.
             'hash', pg_catalog.md5(pg_catalog.format('%s %s %s', w.ev_enabled, e.event, pg_catalog.substr(
               pg_catalog.pg_get_ruledef(w.oid, true),
               pg_catalog.length(pg_catalog.format(E'CREATE RULE %I AS\n    ON %s TO %s', w.rulename, e.event,
                                                   o.oid::pg_catalog.regclass)) + 1)))))
      from pg_catalog.pg_rewrite w
     cross join lateral (
       select case w.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' when '4' then 'DELETE' end as event) e
     where w.ev_class = o.oid and w.rulename <> '_RETURN'), '{}'),
  'indexes', coalesce((
    select pg_catalog.jsonb_object_agg(x.relname, pg_catalog.jsonb_build_object(
             'xmin', i.xmin::text,
             'hash', pg_catalog.md5(d.text))
             || case when x.reloptions is null then '{}' else pg_catalog.jsonb_build_object(
                  'options', x.reloptions,
                  'bare', pg_catalog.md5(pg_catalog.replace(d.text, ' WITH (' || p.options || ')', ''))) end)
      from pg_catalog.pg_index i
      join pg_catalog.pg_class x on x.oid = i.indexrelid
     -- As the server prints them.
     cross join lateral (
       select pg_catalog.string_agg(pg_catalog.quote_ident(n.name) || '='
                                    || case when pg_catalog.quote_ident(n.value) = n.value then n.value
                                            else pg_catalog.quote_literal(n.value) end, ', ' order by o.place) as options
         from pg_catalog.unnest(x.reloptions) with ordinality o(option, place)
        cross join lateral (
          select pg_catalog.split_part(o.option, '=', 1) as name,
                 pg_catalog.substr(o.option, pg_catalog.strpos(o.option, '=') + 1) as value) n) p
     -- Only the pretty form calls the relation as regclass does, whatever its schema.
     cross join lateral (
       select pg_catalog.format('%s %s%s', i.indisunique, i.indisvalid, pg_catalog.substr(
                pg_catalog.pg_get_indexdef(x.oid, 0, true),
                pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s', case when i.indisunique then 'UNIQUE ' end,
                                                    x.relname, o.oid::pg_catalog.regclass)) + 1)) as text) d
     where i.indrelid = o.oid), '{}'),
  'statistics', coalesce((
    select pg_catalog.jsonb_object_agg(s.stxname, pg_catalog.jsonb_build_object(
             'schema', n.nspname,
             'xmin', s.xmin::text,
             -- How the temporary schema is called depends on the version.
             'hash', pg_catalog.md5(pg_catalog.left(
               pg_catalog.regexp_replace(
                 pg_catalog.pg_get_statisticsobjdef(s.oid),
                 '^CREATE STATISTICS ("([^"]|"")*"|[^".]+)[.]("([^"]|"")*"|[^" ]+)', ''),
               - pg_catalog.length(o.oid::pg_catalog.regclass::text)))))
      from pg_catalog.pg_statistic_ext s
      join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
     where s.stxrelid = o.oid), '{}'))
