-- Where a record stands among all records of its source. Sources count in different units (panels, publications);
-- ranks make them comparable.
create view evidence_count_percentiles as
select
  evidence_id,
  gene_id,
  approved_symbol,
  source_name,
  source_count,
  round((percent_rank() over within_source)::numeric, 4) as percentile
from evidence_source_counts
window within_source as (partition by source_name order by source_count);

comment on view evidence_count_percentiles is 'percentile rank of each record by its count, within its source';
comment on column evidence_count_percentiles.percentile is '0 for the least of a source, 1 for the most';
