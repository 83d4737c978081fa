-- What the ledger says of a project, for people: the release that stands, the states of the objects, rows known to be old, and
-- migrations that run outside of a transaction or were interrupted.
-- Parameters: ledger (schema), project. Columns: answer (JSON). Versions: 14-18.
select pg_catalog.json_build_object(
         'standing', (
           select pg_catalog.json_build_object(
                    'number', r.id,
                    'checksum', r.checksum,
                    'built', r.built,
                    'applied_at', pg_catalog.to_char(r.applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'applied_by', r.applied_by,
                    'application', r.application,
                    'viewkeeper', r.viewkeeper)
             from :"ledger".project p
             join :"ledger".release r on r.project = p.name and r.schema = p.schema and r.id = p.release
            where p.name = :'project'),
         'objects', coalesce((
           select pg_catalog.json_object_agg(s.state, s.objects)
             from (select case when o.retired is not null then 'retired'
                               when d.identity is null then 'in sync'
                               when d.gone then 'missing'
                               else 'altered' end as state, pg_catalog.count(*) as objects
                     from :"ledger".object o
                     left join :drift d on d.project = o.project and d.identity = o.identity
                    where o.project = :'project'
                    group by 1) s), '{}'),
         'stale', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'object', s.identity,
                    'why', s.why,
                    'since', pg_catalog.to_char(s.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by s.identity)
             from (select distinct on (s.identity) s.identity, s.why, s.since
                     from :"ledger".stale s
                    where s.project = :'project'
                    order by s.identity, s.since) s), '[]'),
         'outside', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'migration', c.name,
                    'pid', c.pid,
                    'running', a.pid is not null,
                    'since', pg_catalog.to_char(c.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by c.version)
             from :"ledger".claim c
             left join pg_catalog.pg_stat_activity a
               on a.pid = c.pid
              and (a.backend_start is null or c.backend_start is null or a.backend_start = c.backend_start)
            where c.project = :'project'), '[]')) as answer
