-- The final score of every gene, with evidence or without: the sum of its sources' scores as a percentage of what a
-- gene would get that is first in every source.
create view gene_scores as
with sources as (
  select count(distinct source_name) as source_count
  from combined_evidence_scores
),
sums as (
  select
    gene_id,
    count(*) as source_count,
    sum(record_count)::bigint as evidence_count,
    sum(normalized_score) as raw_score,
    jsonb_object_agg(source_name, normalized_score) as source_scores
  from combined_evidence_scores
  group by gene_id
),
scored as (
  select
    g.id as gene_id,
    g.approved_symbol,
    coalesce(s.source_count, 0) as source_count,
    coalesce(s.evidence_count, 0) as evidence_count,
    coalesce(s.raw_score, 0) as raw_score,
    coalesce(round(100 * s.raw_score / nullif(n.source_count, 0), 2), 0.00) as percentage_score,
    coalesce(s.source_scores, '{}') as source_scores
  from genes g
  cross join sources n
  left join sums s on s.gene_id = g.id
)
select
  gene_id,
  approved_symbol,
  source_count,
  evidence_count,
  raw_score,
  percentage_score,
  evidence_tier(source_count, percentage_score) as evidence_tier,
  source_scores
from scored;

comment on view gene_scores is 'the final score of every gene';
comment on column gene_scores.percentage_score is '100 for a gene that is first in every source';
