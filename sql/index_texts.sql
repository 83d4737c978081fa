-- The statements that make anew what hangs on views, as the server prints it: up to the name of the view and behind it. Indexes and
-- statistics come under their own names, statistics in the temporary schema. What is invalid or disabled is left out: made anew it is
-- otherwise.
-- Parameters: relations (JSON: [{key, relation}]). Columns: answer (JSON: [{key, front, rest, uses}]; uses: class/oid of what it
-- uses). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
with hung as (
  select w.key, o.oid as relation, 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class, x.oid,
         pg_catalog.format('create %sindex %I on ', case when i.indisunique then 'unique ' end, x.relname) as front,
         pg_catalog.substr(d.text, pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON ', case when i.indisunique
                                                                       then 'UNIQUE ' end, x.relname)) + 1) as rest
    from pg_catalog.json_to_recordset(:'relations') as w(key text, relation text)
   cross join lateral (select pg_catalog.to_regclass(w.relation)::oid as oid) o
    join pg_catalog.pg_index i on i.indrelid = o.oid and i.indisvalid
    join pg_catalog.pg_class x on x.oid = i.indexrelid
   cross join lateral (select pg_catalog.pg_get_indexdef(x.oid) as text) d
  union all
  select w.key, o.oid, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid,
         pg_catalog.format('create rule %I as on %s to ', r.rulename, e.event),
         pg_catalog.substr(pg_catalog.pg_get_ruledef(r.oid),
                           pg_catalog.length(pg_catalog.format(E'CREATE RULE %I AS\n    ON %s TO ', r.rulename, e.event)) + 1)
    from pg_catalog.json_to_recordset(:'relations') as w(key text, relation text)
   cross join lateral (select pg_catalog.to_regclass(w.relation)::oid as oid) o
    join pg_catalog.pg_rewrite r on r.ev_class = o.oid and r.rulename <> '_RETURN' and r.ev_enabled = 'O'
   cross join lateral (
     select case r.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' when '4' then 'DELETE' end as event) e
  union all
  select w.key, o.oid, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, v.oid, 'alter view ',
         pg_catalog.format('x.x alter column %I set default %s', a.attname, pg_catalog.pg_get_expr(v.adbin, v.adrelid))
    from pg_catalog.json_to_recordset(:'relations') as w(key text, relation text)
   cross join lateral (select pg_catalog.to_regclass(w.relation)::oid as oid) o
    join pg_catalog.pg_attrdef v on v.adrelid = o.oid
    join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum
  union all
  select w.key, o.oid, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid,
         pg_catalog.format('create statistics pg_temp.%I', s.stxname) || pg_catalog.left(
           pg_catalog.regexp_replace(pg_catalog.pg_get_statisticsobjdef(s.oid),
                                     '^CREATE STATISTICS ("([^"]|"")*"|[^".]+)[.]("([^"]|"")*"|[^" ]+)', ''),
           - pg_catalog.length(o.oid::pg_catalog.regclass::text)),
         'x.x'
    from pg_catalog.json_to_recordset(:'relations') as w(key text, relation text)
   cross join lateral (select pg_catalog.to_regclass(w.relation)::oid as oid) o
    join pg_catalog.pg_statistic_ext s on s.stxrelid = o.oid
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'key', h.key,
         'front', h.front,
         -- The view's name, with its schema.
         'rest', pg_catalog.regexp_replace(h.rest, '^("([^"]|"")*"|[^".]+)[.]("([^"]|"")*"|[^" \n;]+)', ''),
         'uses', array(
           select distinct d.refclassid || '/' || d.refobjid
             from pg_catalog.pg_depend d
            where d.classid = h.class and d.objid = h.oid and d.refobjid <> h.relation
              and d.refclassid in ('pg_catalog.pg_operator'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
                                   'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass,
                                   'pg_catalog.pg_cast'::pg_catalog.regclass, 'pg_catalog.pg_opclass'::pg_catalog.regclass)))),
         '[]') as answer
  from hung h
