-- What is there and is no item, so that nobody takes it for compared.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (JSON: [words and name
-- of an object]). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(i.type || ' ' || i.identity order by i.type, i.identity), '[]') as answer
  from (
    select 'pg_opclass'::regclass::oid as class, c.oid, c.opcnamespace as schema
      from pg_catalog.pg_opclass c
    union all
    select 'pg_opfamily'::regclass, f.oid, f.opfnamespace
      from pg_catalog.pg_opfamily f
    union all
    select 'pg_conversion'::regclass, c.oid, c.connamespace
      from pg_catalog.pg_conversion c
    union all
    select 'pg_ts_parser'::regclass, p.oid, p.prsnamespace
      from pg_catalog.pg_ts_parser p
    union all
    select 'pg_ts_template'::regclass, t.oid, t.tmplnamespace
      from pg_catalog.pg_ts_template t
    union all
    select 'pg_language'::regclass, l.oid, null
      from pg_catalog.pg_language l
    union all
    select 'pg_transform'::regclass, t.oid, null
      from pg_catalog.pg_transform t
    union all
    select 'pg_am'::regclass, a.oid, null
      from pg_catalog.pg_am a
    union all
    select 'pg_user_mapping'::regclass, u.umid, null
      from pg_catalog.pg_user_mappings u
    union all
    select 'pg_subscription'::regclass, b.oid, null
      from pg_catalog.pg_subscription b
     where b.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())) o
 cross join lateral pg_identify_object(o.class, o.oid, 0) i
 where o.oid >= 16384
   and (o.schema is null or o.schema in (select s.oid from scope s))
   and not exists (select from member m where m.classid = o.class and m.objid = o.oid)
