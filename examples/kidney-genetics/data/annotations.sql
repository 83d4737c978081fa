-- 33,663 annotations: seven sources for every gene, but STRING does not know 168 of them.

insert into annotation_sources (source_name, display_name, last_updated)
values
  ('hgnc', 'HGNC', '2025-09-20 00:00:00+00'),
  ('gnomad', 'gnomAD', '2025-09-20 00:00:00+00'),
  ('clinvar', 'ClinVar', '2025-09-20 00:00:00+00'),
  ('hpo', 'HPO', '2025-09-20 00:00:00+00'),
  ('gtex', 'GTEx', '2025-09-20 00:00:00+00'),
  ('descartes', 'Descartes', '2025-09-20 00:00:00+00'),
  ('string_ppi', 'STRING', '2025-09-20 00:00:00+00');

insert into gene_annotations (gene_id, source, version, annotations, created_at, updated_at)
select
  d.gene_id,
  s.source_name,
  '2025-09',
  case s.source_name
    when 'hgnc' then jsonb_build_object('locus_group', 'protein-coding gene')
    when 'gnomad' then jsonb_build_object('loeuf', pg_temp.dice('loeuf', d.gene_id, 200) / 100.0)
    when 'clinvar' then jsonb_build_object('pathogenic', pg_temp.dice('clinvar', d.gene_id, 9) + 5 * d.prominence)
    when 'hpo' then jsonb_build_object('kidney_phenotype', d.prominence > 0)
    when 'gtex' then jsonb_build_object('kidney_cortex_tpm', pg_temp.dice('gtex', d.gene_id, 5000) / 10.0)
    when 'descartes' then jsonb_build_object('kidney_percentage', pg_temp.dice('descartes', d.gene_id, 100))
    else jsonb_build_object('ppi_score', pg_temp.dice('ppi', d.gene_id, 1000) / 10.0 + d.prominence)
  end,
  timestamptz '2025-09-21 00:00:00+00' + d.gene_id * interval '1 second',
  timestamptz '2025-09-21 00:00:00+00' + d.gene_id * interval '1 second'
from annotation_sources s
cross join lateral pg_temp.drawn(s.source_name, case s.source_name when 'string_ppi' then 4833 - 168 else 4833 end) d
order by d.gene_id, s.source_name;

insert into string_ppi_percentiles (gene_id, ppi_score, percentile, computed_at)
select
  gene_id,
  (annotations ->> 'ppi_score')::numeric,
  round((percent_rank() over (order by (annotations ->> 'ppi_score')::numeric))::numeric, 4),
  '2025-09-22 00:00:00+00'
from gene_annotations
where source = 'string_ppi';
