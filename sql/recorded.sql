-- What the ledger says of the objects that need a look: text changed, not recorded, drifted, or on a base that changed.
-- Parameters: ledger (schema), project, checksum (of the release), wanted (JSON: [{identity, checksum}]), every (a boolean:
-- all need a look), ledger_objects (parts/objects_here.sql in the place of parts/ledger_objects.sql).
-- Columns: answer (JSON). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
with wanted as (
  select w.identity, w.checksum
    from pg_catalog.json_to_recordset(:'wanted') as w(identity text, checksum text)
), unsettled as materialized ( -- else it is asked once for each object
  select distinct case when r.oid is null then d.classid else 'pg_catalog.pg_class'::pg_catalog.regclass end as class,
         coalesce(r.ev_class, d.objid) as oid
    from :shifted s
    join pg_catalog.pg_depend d on d.refclassid = s.class and d.refobjid = s.oid
    left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = d.objid
   where s.project = :'project'
     and d.classid in ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
                       'pg_catalog.pg_trigger'::pg_catalog.regclass)
), looked as (
  select w.identity as wanted_identity, w.checksum as wanted, o.*
    from wanted w
    -- By the primary key: in one condition with others it would read every object for each.
    left join lateral (
      select y.*
        from :objects_here y
       where y.project = :'project'
         and y.identity = w.identity
      offset 0) o on true -- a plain join of two unknown sizes becomes a nested loop
  union all
  select null, null, y.*
    from :objects_here y
   where y.project = :'project'
     and y.identity not in (select w.identity from wanted w)
), known as (
  select l.*,
         -- What a retired object that is still there had stated last is known, when it comes back.
         l.checksum is not null and (l.retired is null or f.oid is not null) as known,
         d.identity is not null or not l.here as drifted,
         l.here and coalesce(d.redefined, false) as redefined,
         coalesce(d.options, false) as reoptioned,
         coalesce(d.attached, false) as reattached,
         l.here and u.oid is not null as unsettled
    from looked l
    left join :fingerprints f on l.retired is not null and f.class = l.class and f.oid = l.oid
    left join :drift d on d.project = l.project and d.identity = l.identity
    -- One that was dropped and made again by hand has another oid under its name.
    left join unsettled u on u.class = l.class and u.oid = case
      when l.class <> 'pg_catalog.pg_class'::pg_catalog.regclass then l.oid
      else coalesce((select c.oid from pg_catalog.pg_class c where c.oid = l.oid),
                    (select c.oid from pg_catalog.pg_class c where c.relname = l.name and c.relnamespace = l.schema_oid)) end
), told as (
  select k.*,
         case when k.known then pg_catalog.json_build_object(
           'identity', k.identity,
           'checksum', k.checksum,
           'address', k.class || '/' || k.oid || '/0',
           'owner', case when k.here then pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(k.owner)) end,
           'stated', k.stated,
           'columns', k.columns,
           'made', coalesce(k.made, '{}'),
           'deparsed_hash', k.plain_hash,
           'likeness', k.pretty_hash,
           'server', k.server,
           'here', k.here,
           'redefined', k.redefined,
           'reoptioned', k.reoptioned,
           'reattached', k.reattached,
           'unsettled', k.unsettled,
           'retired', k.retired is not null,
           'table', 'pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || k.table_oid || '/0',
           'schema_now', (select n.nspname from pg_catalog.pg_namespace n
                           where n.oid = k.schema_oid and n.nspname <> k.schema_name),
           -- Its table is gone, or another one.
           'uprooted', k.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
                       and not exists (select from pg_catalog.pg_class c where c.oid = k.table_oid)) end as record
    from known k
   where :every or k.wanted_identity is null or not k.known or k.checksum <> k.wanted or k.drifted or k.unsettled
      or k.retired is not null
)
select pg_catalog.json_build_object(
  'objects', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'identity', t.wanted_identity,
             'record', t.record,
             'other_project', (select min(x.project) from :"ledger".object x
                                where x.identity = t.wanted_identity and x.project <> :'project' and x.retired is null)))
      from told t
     where t.wanted_identity is not null), '[]'),
  'others', coalesce((
    select pg_catalog.json_agg(t.record order by t.identity)
      from told t
     where t.wanted_identity is null and t.record is not null), '[]'),
  'retired', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object('identity', o.identity, 'kind', o.kind) order by o.identity)
      from :objects_here o
     where o.project = :'project'
       and o.retired is null
       and o.identity not in (select w.identity from wanted w)), '[]'),
  'gone', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'identity', o.identity,
             'kind', o.kind,
             'address', l.class || '/' || l.oid || '/0',
             'before', r.checksum is not null and r.checksum <> :'checksum',
             -- A table renamed below it changes its text, but not its row in the catalog; a restore, or a migration for
             -- which it stepped aside, the other way round.
             'changed', exists (select from :"ledger".object x
                                 where x.project <> :'project' and x.retired is null and x.class = l.class and x.oid = l.oid)
                        or l.name <> o.name or l.namespace <> coalesce(o.table_oid, o.schema_oid)
                        or o.columns <> array(
                             select a.attname::text from pg_catalog.pg_attribute a
                              where o.class = 'pg_catalog.pg_class'::pg_catalog.regclass
                                and a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)
                        or l.rule_xmin <> o.rule_xmin
                           and o.server = pg_catalog.current_setting('server_version_num')::int / 10000
                           and case when o.pretty_hash is null
                                    then o.plain_hash <> (select pg_catalog.md5(:deparsed) from (select l.class, l.oid) o)
                                    else not pg_catalog.string_to_array(o.pretty_hash, ' ')
                                             @> pg_catalog.string_to_array(
                                                  (select :likeness from (select l.class, l.oid) o), ' ') end)
                         order by o.identity)
      from :objects_here o
      join :fingerprints l
        on l.class = o.class
       and (l.oid = o.oid
            or l.class = 'pg_catalog.pg_class'::pg_catalog.regclass and l.name = o.name and l.namespace = o.schema_oid
               and l.rule_xmin is not null
               and not exists (select from pg_catalog.pg_class x where x.oid = o.oid))
      left join :"ledger".release r on r.project = o.project and r.schema = o.schema and r.id = o.retired
     where o.project = :'project'
       and o.identity not in (select w.identity from wanted w)), '[]'),
  'managed', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'identity', o.identity,
             'kind', o.kind,
             'address', l.class || '/' || l.oid || '/0',
             'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(w.owner)),
             'ours', pg_catalog.pg_has_role(w.owner, 'usage')))
      from :objects_here o
      join :fingerprints l on l.class = o.class and l.oid = o.oid
     cross join lateral (
       select case l.class when 'pg_catalog.pg_trigger'::pg_catalog.regclass
                then (select c.relowner from pg_catalog.pg_class c where c.oid = l.namespace)
                else l.owner end as owner) w
     where o.project = :'project'), '[]'),
  'absent', coalesce((
    select pg_catalog.json_agg(o.class || '/' || o.oid || '/0')
      from :objects_here o
     where o.project = :'project'
       and not exists (select from :fingerprints l where l.class = o.class and l.oid = o.oid)), '[]'),
  'stepped', coalesce((
    select pg_catalog.json_agg(a.address)
      from :"ledger".displaced a where a.project = :'project'), '[]'),
  'aside', coalesce((
    select pg_catalog.json_agg(a.recreate)
      from :"ledger".displaced a
     where a.project = :'project' and a.recreate is not null), '[]')) as answer
