-- What is there now under the identities of the project, or under the addresses that the ledger knows.
-- Parameters: wanted (JSON: [{identity, schema, name, table, address, found, alike}]; found: the address of the routine of this
-- identity, see routines.sql; alike: its likeness is recorded), schemas (text[]).
-- Columns: answer (JSON).
-- Settings: pinned, search_path to pg_catalog, so that the deparsed text is one and the same everywhere. Versions: 14-18
-- (deparsed text differs between them and is compared within one only).
with recursive :trusted_roles
select pg_catalog.json_build_object(
  'server', pg_catalog.current_setting('server_version_num')::int / 10000,
  'recovery', pg_catalog.pg_is_in_recovery(),
  'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
  'role', current_user,
  'database', pg_catalog.current_database(),
  'session', session_user,
  'temporary', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary'),
  'create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create'),
  'unusable', (select coalesce(pg_catalog.json_object_agg(l.lanname, l.lanpltrusted), '{}')
                  from pg_catalog.pg_language l
                 where not case when l.lanpltrusted then pg_catalog.has_language_privilege(l.oid, 'usage')
                                else pg_catalog.current_setting('is_superuser') = 'on' end),
  'taken', array(select t.relname from pg_catalog.pg_class t where t.relnamespace = pg_catalog.pg_my_temp_schema()),
  'validators', (select pg_catalog.json_object_agg(l.lanname, l.lanvalidator::pg_catalog.regproc)
                   from pg_catalog.pg_language l
                  where l.lanvalidator <> 0),
  'schemas', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'name', s.name,
             'exists', n.oid is not null,
             'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)),
             'trusted', n.nspowner in (select t.oid from trusted t),
             'create', coalesce(pg_catalog.has_schema_privilege(n.oid, 'create'), false)))
      from pg_catalog.unnest(:'schemas'::text[]) as s(name)
      left join pg_catalog.pg_namespace n on n.nspname = s.name), '[]'),
  'tables', coalesce((
    select pg_catalog.json_object_agg(t.name, 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || t.oid || '/0')
      from (select distinct pg_catalog.quote_ident(w.schema) || '.' || pg_catalog.quote_ident(w."table") as name, c.oid
              from pg_catalog.json_to_recordset(:'wanted') as w(schema text, "table" text)
              join pg_catalog.pg_namespace n on n.nspname = w.schema
              join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w."table") t), '{}'),
  'objects', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'wanted', w.identity,
             'address', o.class || '/' || o.oid || '/0',
             'kind', f.kind,
             'identity', pg_catalog.json_build_object(
               'schema', n.nspname, 'name', f.name, 'arguments', f.arguments, 'table', f.relation),
             'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.owner)),
             'ours', pg_catalog.pg_has_role(f.owner, 'usage'),
             'trusted', f.owner in (select t.oid from trusted t),
             'extension', (select e.extname from pg_catalog.pg_depend d
                             join pg_catalog.pg_extension e on e.oid = d.refobjid
                            where d.classid = o.class and d.objid = o.oid and d.deptype = 'e' limit 1),
             'deparsed_hash', case when w.alike then :likeness else pg_catalog.md5(:deparsed) end,
             'method', f.method,
             'tablespace', f.tablespace,
             'fires', f.fires,
             'populated', (select c.relispopulated
                             from pg_catalog.pg_class c
                            where f.kind = 'materialized view' and c.oid = o.oid),
             'argument_names', coalesce((
               select pg_catalog.json_agg(r.proargnames[a.place] order by a.place)
                 from pg_catalog.pg_proc r
                cross join lateral pg_catalog.generate_subscripts(r.proargnames, 1) a(place)
                where o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and r.oid = o.oid
                  and coalesce(r.proargmodes[a.place], 'i') in ('i', 'b', 'v')), '[]'),
             'rights', (select pg_catalog.md5(pg_catalog.concat_ws(' ', r.proowner, r.prosecdef, r.proacl))
                          from pg_catalog.pg_proc r
                         where o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and r.oid = o.oid),
             'clones', (
               select pg_catalog.json_agg(pg_catalog.json_build_object('table', l.relation::pg_catalog.regclass, 'fires', l.fires)
                                          order by l.level, l.relation)
                 from pg_catalog.pg_trigger t
                cross join lateral (:clones) l
                where f.kind = 'trigger' and t.oid = o.oid and l.fires <> l.above),
             'table', 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || f.table_oid || '/0',
             'partition_of', array(select 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || a.relid::oid || '/0'
                                     from pg_catalog.pg_partition_ancestors(f.table_oid) a
                                    where a.relid <> f.table_oid)))
      from pg_catalog.json_to_recordset(:'wanted')
             as w(identity text, schema text, name text, "table" text, address text, found text, alike boolean)
     cross join lateral (
       select pg_catalog.split_part(a.address, '/', 1)::oid as class, pg_catalog.split_part(a.address, '/', 2)::oid as oid
         from (values (w.address), (w.found)) a(address)
        where a.address is not null
       union
       select 'pg_catalog.pg_class'::pg_catalog.regclass, x.oid
         from pg_catalog.pg_class x
         join pg_catalog.pg_namespace y on y.oid = x.relnamespace
        where w."table" is null and pg_catalog.strpos(w.identity, '(') = 0
          and y.nspname = w.schema and x.relname = w.name
       union
       select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
         from pg_catalog.pg_trigger t
         join pg_catalog.pg_class x on x.oid = t.tgrelid
         join pg_catalog.pg_namespace y on y.oid = x.relnamespace
        where y.nspname = w.schema and x.relname = w."table" and t.tgname = w.name
          and t.tgparentid = 0 and not t.tgisinternal) o
     cross join lateral (
       select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'r' then 'table'
                             when 'p' then 'partitioned table' when 'f' then 'foreign table' when 'S' then 'sequence'
                             when 'i' then 'index' else 'composite type' end as kind,
              c.relnamespace as namespace, c.relname as name, null::text as arguments, null::name as relation,
              c.relowner as owner,
              (select a.amname from pg_catalog.pg_am a where a.oid = c.relam) as method,
              (select s.spcname from pg_catalog.pg_database b
                 join pg_catalog.pg_tablespace s on s.oid = coalesce(nullif(c.reltablespace, 0), b.dattablespace)
                where b.datname = pg_catalog.current_database()) as tablespace,
              null::"char" as fires, null::oid as table_oid
         from pg_catalog.pg_class c
        where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = o.oid
          and c.relkind in ('r', 'v', 'm', 'p', 'f', 'S', 'i', 'c')
       union all
       select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
              p.pronamespace, p.proname,
              :argument_types,
              null, p.proowner, null, null, null, null
         from pg_catalog.pg_proc p
        where o.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = o.oid
       union all
       select 'trigger', c.relnamespace, t.tgname, null, c.relname, c.relowner, null, null, t.tgenabled,
              c.oid
         from pg_catalog.pg_trigger t
         join pg_catalog.pg_class c on c.oid = t.tgrelid
        where o.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass and t.oid = o.oid) f
      join pg_catalog.pg_namespace n on n.oid = f.namespace), '[]')) as answer
