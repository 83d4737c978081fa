-- Every record on one scale from 0 to 1: counted sources by their percentile rank, classified ones by their weight.
-- Static sources are scored by static_evidence_scores and left out here.
--
-- The rank is computed here and not read from evidence_count_percentiles, because this view belongs to tier 2 like
-- that one, and a view's tier is one above the highest that it reads. Both say the same; a test of the application
-- compares them.
create view evidence_normalized_scores as
select
  evidence_id,
  gene_id,
  approved_symbol,
  source_name,
  round((percent_rank() over within_source)::numeric, 4) as normalized_score
from evidence_source_counts
where not starts_with(source_name, 'static_')
window within_source as (partition by source_name order by source_count)
union all
select
  evidence_id,
  gene_id,
  approved_symbol,
  source_name,
  classification_weight
from evidence_classification_weights;

comment on view evidence_normalized_scores is 'every record of a source that is not static, scored from 0 to 1';
