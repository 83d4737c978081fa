-- What the ledger remembers of a project: every application of a release, and every definition without its text.
-- Parameters: ledger (schema), project.
-- Columns: answer (JSON: {releases: [{number, checksum, schema, built and moment (both in milliseconds since 1970), applied_at,
-- applied_by, application, viewkeeper, stands}], definitions: [{id, identity, kind, checksum, release, follows, retired, dropped,
-- recorded_at, recorded_by, application, forgotten, lost (it has no text, and was not forgotten), counted (its id is the one
-- before it and 1: format 1 left ids out)}], unfounded: [{definition, identity, retired}] (objects whose definition is not
-- there), objects (how many the project has)}, each in order; moments in UTC). Versions: 14-18.
select pg_catalog.json_build_object(
  'releases', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'number', r.id,
             'checksum', r.checksum,
             'schema', r.names_in,
             'built', r.built,
             'moment', r.built,
             'applied_at', pg_catalog.to_char(r.applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
             'applied_by', r.applied_by,
             'application', r.application,
             'viewkeeper', r.viewkeeper,
             'stands', r.id = p.release) order by r.id)
      from :"ledger".release r
      join :"ledger".project p on p.name = r.project
     where r.project = :'project'), '[]'),
  'definitions', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'id', d.id,
             'identity', d.identity,
             'kind', d.kind,
             'checksum', d.checksum,
             'release', d.release,
             'follows', d.follows,
             'retired', d.retired,
             'dropped', d.dropped,
             'recorded_at', pg_catalog.to_char(d.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
             'recorded_by', d.recorded_by,
             'application', d.application,
             'forgotten', d.forgotten is not null,
             'lost', d.forgotten is null and (d.text is null or d.entry is null),
             'counted', d.recorded_at >= m.since) order by d.id)
      from :"ledger".definition d
     cross join (select min(f.since) as since from :"ledger".format f where f.version = 2) m
     where d.project = :'project'), '[]'),
  'unfounded', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object(
             'definition', o.definition, 'identity', o.identity, 'retired', o.retired) order by o.definition)
      from :"ledger".object o
     where o.project = :'project'
       and not exists (select from :"ledger".definition d
                        where d.project = o.project and d.schema = o.schema and d.id = o.definition)), '[]'),
  'objects', coalesce((select max(p.objects) from :"ledger".project p where p.name = :'project'), 0)) as answer
