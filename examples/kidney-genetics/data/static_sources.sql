-- The other 1,000 evidence records: two static sources, each with several providers, one record per gene and provider.

insert into users (email, full_name, role, is_verified, created_at)
values
  ('admin@example.org', 'Ada Min', 'admin', true, '2025-09-01 08:00:00+00'),
  ('curator@example.org', 'Cora Tor', 'curator', true, '2025-09-02 08:00:00+00'),
  ('viewer@example.org', 'Vic Ewer', 'viewer', false, '2025-09-03 08:00:00+00');

insert into static_sources (source_name, display_name, description, scoring_weight, is_active, created_by, created_at)
select
  s.source_name,
  s.display_name,
  s.description,
  s.scoring_weight,
  s.is_active,
  u.id,
  '2025-09-05 09:00:00+00'
from (
  values
    (1, 'static_diagnostic_panels', 'Diagnostic panels', 'gene panels of nine laboratories', 1.0, true),
    (2, 'static_literature_reviews', 'Literature reviews', 'gene tables of four reviews', 0.8, true),
    (3, 'static_retired_panels', 'Retired panels', 'kept for reference, no longer scored', 0.5, false)
) as s (place, source_name, display_name, description, scoring_weight, is_active)
join users u on u.email = 'admin@example.org'
order by s.place;

-- The better known a gene, the more providers name it; what is left goes to other genes by lot.
insert into gene_evidence (gene_id, source_name, source_detail, evidence_data, evidence_date)
select
  drawn.gene_id,
  s.source_name,
  drawn.provider,
  jsonb_build_object('provider', drawn.provider),
  date '2024-01-01' + pg_temp.dice(s.source_name || drawn.provider, drawn.gene_id, 600)
from (
  values
    ('static_diagnostic_panels', 'Laboratory ', 9, 700),
    ('static_literature_reviews', 'Review ', 4, 300)
) as s (source_name, provider_prefix, provider_count, record_count)
cross join lateral (
  select
    d.gene_id,
    s.provider_prefix || chr(64 + n) as provider
  from pg_temp.drawn(s.source_name, 4833) d
  cross join generate_series(1, s.provider_count) as n
  where d.prominence = 0
     or n <= 1 + (s.provider_count - 1) * d.prominence / 95
  order by d.prominence = 0, pg_temp.dice(s.source_name || n, d.gene_id, 1000000), d.gene_id, n
  limit s.record_count
) drawn;

insert into static_evidence_uploads (source_id, provider, file_name, gene_count, uploaded_by, uploaded_at)
select
  ss.id,
  ge.source_detail,
  lower(replace(ge.source_detail, ' ', '_')) || '.csv',
  count(*),
  ss.created_by,
  '2025-09-06 09:00:00+00'
from static_sources ss
join gene_evidence ge on ge.source_name = ss.source_name
group by ss.id, ge.source_detail
order by ss.id, ge.source_detail;

-- All records were loaded in one night.
update gene_evidence
set created_at = '2025-09-25 00:00:00+00',
    updated_at = '2025-09-25 00:00:00+00';
