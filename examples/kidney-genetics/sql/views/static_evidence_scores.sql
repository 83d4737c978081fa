-- Static sources from 0 to 1: the share of a source's providers that name the gene, times the source's own weight.
create view static_evidence_scores as
with providers as (
  select
    source_name,
    count(distinct source_detail) as provider_count
  from gene_evidence
  group by source_name
)
select
  sc.source_name,
  sc.gene_id,
  sc.approved_symbol,
  sc.evidence_count,
  sc.provider_count,
  p.provider_count as source_provider_count,
  round(ss.scoring_weight * sc.provider_count / nullif(p.provider_count, 0), 4) as normalized_score
from static_evidence_counts sc
join static_sources ss on ss.id = sc.source_id
join providers p on p.source_name = sc.source_name;

comment on view static_evidence_scores is 'share of a static source''s providers that name the gene, weighted';
