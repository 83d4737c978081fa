-- What the ledger says of the objects that need a look: text changed, not recorded, drifted, or on a base that changed.
-- Parameters: ledger (schema), project, checksum (of the release), wanted (JSON: [{identity, checksum, renamed_from, routine}];
-- routine: the text before its argument types, whatever these were), every (a boolean: all need a look).
-- Columns: answer (JSON). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
with wanted as (
  select w.identity, w.checksum, w.renamed_from, w.routine
    from pg_catalog.json_to_recordset(:'wanted') as w(identity text, checksum text, renamed_from text[], routine text)
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
  select w.identity as wanted_identity, w.checksum as wanted, o.*,
         d.identity is not null as drifted,
         coalesce(d.options, false) as reoptioned,
         coalesce(d.attached, false) as reattached,
         u.oid is not null as unsettled
    from wanted w
    -- Each branch by the primary key: in one condition they would read every object for each.
    left join lateral (
      select x.*
        from (select 1 as preference, y.*
                from :"ledger".object y
               where y.project = :'project'
                 and y.identity = w.identity
                 -- What a retired object that is still there had stated last is known, when it comes back.
                 and (y.retired is null
                      or exists (select from :fingerprints l where l.class = y.class and l.oid = y.oid))
              union all
              select 2, y.*
                from :"ledger".object y
               where y.project = :'project'
                 and y.identity = any (w.renamed_from)
              union all
              -- Other argument types.
              select 2, y.*
                from :"ledger".object y
               where w.routine is not null
                 and y.project = :'project'
                 and y.retired is null
                 and pg_catalog.starts_with(y.identity, w.routine)
                 and y.identity not in (select v.identity from wanted v)) x
       where x.preference = 1
          or not exists (select from :"ledger".object y
                          where y.project = :'project' and y.identity = w.identity and y.retired is null)
       order by x.preference, x.identity
       limit 1
      offset 0) o on true -- a plain join of two unknown sizes becomes a nested loop
    left join :drift d on d.project = o.project and d.identity = o.identity
    -- One that was dropped and made again by hand has another oid under its name.
    left join unsettled u on u.class = o.class and u.oid = case
      when o.class <> 'pg_catalog.pg_class'::pg_catalog.regclass then o.oid
      else coalesce((select c.oid from pg_catalog.pg_class c where c.oid = o.oid),
                    (select c.oid from pg_catalog.pg_class c where c.relname = o.name and c.relnamespace = o.schema_oid)) end
)
select pg_catalog.json_build_object(
  'objects', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'identity', l.wanted_identity,
             'record', case when l.checksum is not null then pg_catalog.json_build_object(
               'identity', l.identity,
               'checksum', l.checksum,
               'address', l.class || '/' || l.oid || '/0',
               'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.owner)),
               'stated', l.stated,
               'columns', l.columns,
               'made', coalesce(l.made, '{}'),
               'deparsed_hash', l.plain_hash,
               'server', l.server,
               'reoptioned', l.reoptioned,
               'reattached', l.reattached,
               'unsettled', l.unsettled,
               'retired', l.retired is not null,
               -- Its table is gone, or another one.
               'uprooted', l.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
                           and not exists (select from pg_catalog.pg_class c where c.oid = l.table_oid)) end,
             'other_project', (select min(x.project) from :"ledger".object x
                                where x.identity = l.wanted_identity and x.project <> :'project' and x.retired is null)))
      from looked l
     where :every or l.checksum is null or l.checksum <> l.wanted or l.drifted or l.unsettled or l.retired is not null
        or l.identity <> l.wanted_identity), '[]'),
  'retired', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object('identity', o.identity, 'kind', o.kind) order by o.identity)
      from :"ledger".object o
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
                           and o.plain_hash <> (select pg_catalog.md5(:deparsed) from (select l.class, l.oid) o))
                         order by o.identity)
      from :"ledger".object o
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
      from :"ledger".object o
      join :fingerprints l on l.class = o.class and l.oid = o.oid
     cross join lateral (
       select case l.class when 'pg_catalog.pg_trigger'::pg_catalog.regclass
                then (select c.relowner from pg_catalog.pg_class c where c.oid = l.namespace)
                else l.owner end as owner) w
     where o.project = :'project'), '[]'),
  'absent', coalesce((
    select pg_catalog.json_agg(o.class || '/' || o.oid || '/0')
      from :"ledger".object o
     where o.project = :'project'
       and not exists (select from :fingerprints l where l.class = o.class and l.oid = o.oid)), '[]'),
  'stepped', coalesce((
    select pg_catalog.json_agg(a.address)
      from :"ledger".displaced a where a.project = :'project'), '[]'),
  'aside', coalesce((
    select pg_catalog.json_agg(a.recreate)
      from :"ledger".displaced a
     where a.project = :'project' and a.recreate is not null), '[]')) as answer
