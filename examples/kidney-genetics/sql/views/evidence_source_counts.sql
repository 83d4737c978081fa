-- How much each record says: panels, terms, publications or references, by the source's own measure. Sources that
-- speak in classifications (ClinGen, GenCC) are not counted but weighed, in evidence_classification_weights.
create view evidence_source_counts as
select
  ge.id as evidence_id,
  ge.gene_id,
  g.approved_symbol,
  ge.source_name,
  case ge.source_name
    when 'PanelApp' then coalesce(jsonb_array_length(ge.evidence_data->'panels'), 0)
    when 'HPO' then coalesce(jsonb_array_length(ge.evidence_data->'hpo_terms'), 0)
      + coalesce(jsonb_array_length(ge.evidence_data->'diseases'), 0)
    when 'PubTator' then coalesce((ge.evidence_data->>'publication_count')::int,
      jsonb_array_length(ge.evidence_data->'pmids'))
    when 'Literature' then coalesce(jsonb_array_length(ge.evidence_data->'references'), 0)
    else
      case
        when ge.source_name like 'static_%' then
          (select count(distinct ge2.source_detail)
           from gene_evidence ge2
           where ge2.gene_id = ge.gene_id
             and ge2.source_name = ge.source_name)
        else 0
      end
  end as source_count
from gene_evidence ge
join genes g on ge.gene_id = g.id
where ge.source_name = any(array['PanelApp', 'HPO', 'PubTator', 'Literature'])
   or ge.source_name like 'static_%';

comment on view evidence_source_counts is 'what each record counts, by its source''s own measure';
comment on column evidence_source_counts.source_count is
  'panels (PanelApp), terms and diseases (HPO), publications (PubTator), references (Literature), providers (static)';
