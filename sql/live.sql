-- What is there now under the names of the project, or under the oids that the ledger knows.
-- Parameters: wanted (JSON: [{identity, schema, name, old_schema, old_name, oid}]), schemas (text[]). Columns: answer (JSON).
-- Settings: pinned, search_path to pg_catalog, so that the deparsed text is one and the same everywhere.
-- Versions: 14-18 (deparsed text differs between them and is compared within one only).
select pg_catalog.json_build_object(
  'server', pg_catalog.current_setting('server_version_num')::int / 10000,
  'recovery', pg_catalog.pg_is_in_recovery(),
  'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
  'role', current_user,
  'session', session_user,
  'temporary', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary'),
  'create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create'),
  'taken', array(select t.relname from pg_catalog.pg_class t where t.relnamespace = pg_catalog.pg_my_temp_schema()),
  'schemas', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'name', s.name,
             'exists', n.oid is not null,
             'create', coalesce(pg_catalog.has_schema_privilege(n.oid, 'create'), false)))
      from pg_catalog.unnest(:'schemas'::text[]) as s(name)
      left join pg_catalog.pg_namespace n on n.nspname = s.name), '[]'),
  'relations', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'identity', w.identity,
             'oid', c.oid::bigint,
             'schema', n.nspname,
             'name', c.relname,
             'kind', c.relkind,
             'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)),
             'ours', pg_catalog.pg_has_role(c.relowner, 'usage'),
             'extension', (select e.extname from pg_catalog.pg_depend d
                             join pg_catalog.pg_extension e on e.oid = d.refobjid
                            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
                              and d.deptype = 'e' limit 1),
             'deparsed_hash', case when c.relkind in ('v', 'm') then pg_catalog.md5(pg_catalog.pg_get_viewdef(c.oid)) end))
      from pg_catalog.json_to_recordset(:'wanted') as w(identity text, schema text, name text, old_schema text, old_name text, oid bigint)
     cross join lateral (
       select w.oid::oid as oid
       union
       select x.oid
         from pg_catalog.pg_class x
         join pg_catalog.pg_namespace y on y.oid = x.relnamespace
        where (y.nspname, x.relname) in ((w.schema, w.name), (w.old_schema, w.old_name))) candidate
      join pg_catalog.pg_class c on c.oid = candidate.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'v', 'm', 'p', 'f', 'S', 'i', 'c')), '[]')) as answer
