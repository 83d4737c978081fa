-- The materialized views whose rows are noted to be old, with the oldest reason.
-- Parameters: ledger (schema), project. Columns: answer (JSON: [{identity, why}]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('identity', s.identity, 'why', s.why)), '[]') as answer
  from (select distinct on (x.identity) x.identity, x.why
          from :"ledger".stale x
         where x.project = :'project'
         order by x.identity, x.since) s
