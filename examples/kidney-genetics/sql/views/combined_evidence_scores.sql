-- One score per gene and source, whatever kind of source it is. Where a source holds several records of a gene, the
-- best one speaks for it: more records of one source are no further evidence.
create view combined_evidence_scores as
with scores as (
  select
    gene_id,
    approved_symbol,
    source_name,
    1 as record_count,
    normalized_score
  from evidence_normalized_scores
  union all
  select
    gene_id,
    approved_symbol,
    source_name,
    evidence_count,
    normalized_score
  from static_evidence_scores
)
select
  gene_id,
  approved_symbol,
  source_name,
  sum(record_count)::bigint as record_count,
  max(normalized_score) as normalized_score
from scores
group by gene_id, approved_symbol, source_name;

comment on view combined_evidence_scores is 'one score from 0 to 1 per gene and source';
