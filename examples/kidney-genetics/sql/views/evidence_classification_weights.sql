-- What the records that speak in classifications weigh. A record may hold several, one per disease or submitter; its
-- weight is their mean, so that a dispute lowers it and a single enthusiast does not carry the gene.
create view evidence_classification_weights as
with weights (classification, weight) as (
  values
    ('Definitive', 1.0),
    ('Strong', 0.8),
    ('Moderate', 0.6),
    ('Supportive', 0.5),
    ('Limited', 0.3),
    ('Disputed', 0.1),
    ('Refuted', 0.0),
    ('No Known Disease Relationship', 0.0)
)
select
  ge.id as evidence_id,
  ge.gene_id,
  g.approved_symbol,
  ge.source_name,
  count(*) as classification_count,
  (array_agg(w.classification order by w.weight desc, w.classification))[1] as best_classification,
  round(avg(w.weight), 4) as classification_weight
from gene_evidence ge
join genes g on g.id = ge.gene_id
cross join lateral jsonb_array_elements(ge.evidence_data -> 'classifications') as said (entry)
join weights w on w.classification = said.entry ->> 'classification'
where ge.source_name in ('ClinGen', 'GenCC')
group by ge.id, ge.gene_id, g.approved_symbol, ge.source_name;

comment on view evidence_classification_weights is
  'ClinGen and GenCC records with the mean weight of their classifications, from 0 (refuted) to 1 (definitive)';
