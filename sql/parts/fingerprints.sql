-- A part of record.sql, recorded.sql and parts/drift.sql, behind "from": the fingerprint of each object that is there now. xmin
-- changes with every change of a catalog row and with nothing else.
-- Each branch reads one catalog without a condition, and their types are the same to the letter: only then does the planner look
-- for the objects by their oids, instead of at all that there is, once for each object. So relations of every kind are here;
-- rule_xmin tells views of either kind from the others. namespace: of a trigger, its table.
-- Columns: class, oid, name, namespace, owner, options, rule_xmin, columns_xmin, attached. Parameters: none. Versions: 14-18.
(
select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class,
       c.oid,
       c.relname as name,
       c.relnamespace as namespace,
       c.relowner as owner,
       c.reloptions as options,
       (select r.xmin from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename = '_RETURN') as rule_xmin,
       (select sum(a.xmin::text::int8) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
         as columns_xmin,
       pg_catalog.jsonb_build_object(
         'owner', c.relowner,
         'grant', pg_catalog.md5(coalesce(c.relacl::text, '') || coalesce((
           select pg_catalog.string_agg(a.attname || a.attacl::text, ',' order by a.attnum)
             from pg_catalog.pg_attribute a
            where a.attrelid = c.oid and a.attacl is not null), '')),
         'comment', pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(d.objsubid || d.description, ',' order by d.objsubid)
             from pg_catalog.pg_description d
            where d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass), '')),
         'rule', pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(w.rulename || w.xmin::text || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = w.oid and d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass), ''),
                    ',' order by w.rulename)
             from pg_catalog.pg_rewrite w
            where w.ev_class = c.oid and w.rulename <> '_RETURN'), '')),
         'alter', pg_catalog.md5(coalesce(c.reloptions::text, '') || coalesce((
           select pg_catalog.string_agg(f.adnum || ':' || f.xmin::text, ',' order by f.adnum)
             from pg_catalog.pg_attrdef f
            where f.adrelid = c.oid), '')),
         'index', case when c.relkind = 'm' then pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(x.relname || i.xmin::text || i.indisvalid || coalesce(x.reloptions::text, '') || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = x.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0), ''),
                    ',' order by x.relname)
             from pg_catalog.pg_index i
             join pg_catalog.pg_class x on x.oid = i.indexrelid
            where i.indrelid = c.oid), '')) end,
         'statistics', case when c.relkind = 'm' then pg_catalog.md5(coalesce((
           select pg_catalog.string_agg(x.stxnamespace || ' ' || x.stxname || x.oid || coalesce((
                    select d.description
                      from pg_catalog.pg_description d
                     where d.objoid = x.oid and d.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass), ''),
                    ',' order by x.stxname)
             from pg_catalog.pg_statistic_ext x
            where x.stxrelid = c.oid), '')) end) as attached
  from pg_catalog.pg_class c
union all
select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid,
       p.oid,
       p.proname,
       p.pronamespace,
       p.proowner,
       null,
       p.xmin,
       null,
       pg_catalog.jsonb_build_object(
         'owner', p.proowner,
         'grant', pg_catalog.md5(coalesce(p.proacl::text, '')),
         'comment', pg_catalog.md5(coalesce((
           select d.description
             from pg_catalog.pg_description d
            where d.objoid = p.oid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass), '')))
  from pg_catalog.pg_proc p
union all
select 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid,
       t.oid,
       t.tgname,
       t.tgrelid,
       0::oid,
       null,
       t.xmin,
       null,
       pg_catalog.jsonb_build_object(
         'fires', t.tgenabled,
         'comment', pg_catalog.md5(coalesce((
           select d.description
             from pg_catalog.pg_description d
            where d.objoid = t.oid and d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass), '')))
  from pg_catalog.pg_trigger t
)
