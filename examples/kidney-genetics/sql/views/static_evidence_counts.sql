-- How many providers of each active static source name a gene: the diagnostic panels that hold it, the reviews that
-- list it.
create view static_evidence_counts as
select
  ss.id as source_id,
  ss.source_name,
  ge.gene_id,
  g.approved_symbol,
  count(distinct ge.source_detail) as provider_count,
  count(*) as evidence_count
from static_sources ss
join gene_evidence ge on ge.source_name = ss.source_name
join genes g on g.id = ge.gene_id
where ss.is_active
group by ss.id, ss.source_name, ge.gene_id, g.approved_symbol;

comment on view static_evidence_counts is 'providers per gene and active static source';
