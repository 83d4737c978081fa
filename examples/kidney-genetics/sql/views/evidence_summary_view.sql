-- A gene at a glance: who says something about it, where it stands out most, what the experts call it.
create view evidence_summary_view as
with records as (
  select
    gene_id,
    count(*) as evidence_count,
    array_agg(distinct source_name order by source_name) as sources,
    min(evidence_date) as first_evidence_date,
    max(evidence_date) as last_evidence_date
  from gene_evidence
  group by gene_id
),
best_count as (
  select distinct on (gene_id)
    gene_id,
    source_name,
    source_count,
    percentile
  from evidence_count_percentiles
  order by gene_id, percentile desc, source_name
),
best_classification as (
  select distinct on (gene_id)
    gene_id,
    best_classification
  from evidence_classification_weights
  order by gene_id, classification_weight desc, source_name, evidence_id
)
select
  g.id as gene_id,
  g.approved_symbol,
  r.evidence_count,
  cardinality(r.sources) as source_count,
  r.sources,
  bc.source_name as strongest_source,
  bc.source_count as strongest_count,
  bc.percentile as strongest_percentile,
  cl.best_classification,
  r.first_evidence_date,
  r.last_evidence_date,
  coalesce(cu.status, 'none') as curation_status
from genes g
join records r on r.gene_id = g.id
left join best_count bc on bc.gene_id = g.id
left join best_classification cl on cl.gene_id = g.id
left join gene_curations cu on cu.gene_id = g.id;

comment on view evidence_summary_view is
  'one row per gene that has evidence: sources, best rank, classification, curation';
