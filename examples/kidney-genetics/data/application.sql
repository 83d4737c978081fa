-- What the application itself writes: curations, names to be normalized, cache, log. Then the tools of this data are
-- put away; the temporary table goes with the transaction.

insert into gene_curations (gene_id, curator_id, status, verdict, created_at, updated_at)
select
  d.gene_id,
  u.id,
  case when d.prominence > 70 then 'approved' when d.prominence > 40 then 'in_review' else 'draft' end,
  case when d.prominence > 70 then 'kidney disease gene' end,
  '2025-09-23 10:00:00+00',
  '2025-09-23 10:00:00+00'
from pg_temp.drawn('curation', 100) d
join users u on u.email = 'curator@example.org'
order by d.prominence desc;

insert into gene_normalization_staging
  (original_text, source_name, failure_reason, priority_score, suggestions, created_at)
values
  ('nephrin', 'Literature', 'a protein name, not a symbol', 80, '{NPHS1}', '2025-09-23 11:00:00+00'),
  ('polycystin 1', 'Literature', 'a protein name, not a symbol', 90, '{PKD1}', '2025-09-23 11:00:01+00'),
  ('COL4A3/4', 'PubTator', 'two genes', 50, '{COL4A3,COL4A4}', '2025-09-23 11:00:02+00');

insert into gene_normalization_log (original_text, source_name, approved_symbol, gene_id, success, created_at)
select
  lower(g.approved_symbol),
  'PubTator',
  g.approved_symbol,
  g.id,
  true,
  timestamptz '2025-09-23 12:00:00+00' + g.id * interval '1 second'
from genes g
order by g.id
limit 500;

-- Everything with a date of expiry has expired for good, so that cache_stats says the same every day.
insert into cache_entries (namespace, cache_key, data, data_size, access_count, created_at, last_accessed, expires_at)
select
  c.namespace,
  c.namespace || ':' || n,
  jsonb_build_object('answer', n),
  100 + pg_temp.dice(c.namespace || ' size', n, 4000),
  pg_temp.dice(c.namespace || ' use', n, 50),
  '2025-09-24 06:00:00+00',
  timestamptz '2025-09-24 06:00:00+00' + n * interval '1 minute',
  case when n % c.expiring = 0 then timestamptz '2025-09-25 00:00:00+00' end
from (
  values
    ('hgnc', 60, 4),
    ('pubtator', 120, 2),
    ('gencc', 20, 5)
) as c (namespace, entries, expiring)
cross join lateral generate_series(1, c.entries) as n
order by c.namespace, n;

insert into system_logs (logged_at, level, logger, message, context)
values
  ('2025-09-25 00:00:00+00', 'info', 'pipeline', 'evidence loaded', '{"records": 6555}'),
  ('2025-09-25 00:00:05+00', 'info', 'pipeline', 'annotations loaded', '{"records": 33663}'),
  ('2025-09-25 00:00:06+00', 'warning', 'annotations.string', 'genes unknown to STRING', '{"genes": 168}');

drop function pg_temp.drawn(text, integer);
drop function pg_temp.dice(text, bigint, integer);
