-- 6,555 evidence records, 5,555 of them from six sources. The better known a gene, the more is said about it.

-- PanelApp: the panels that hold the gene.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'PanelApp',
  jsonb_build_object('panels', (
    select jsonb_agg(jsonb_build_object('id', n, 'name', 'Kidney panel ' || n, 'confidence', 1 + n % 3) order by n)
    from generate_series(1, 1 + pg_temp.dice('panels', d.gene_id, 3) + d.prominence / 8) as n
  )),
  date '2024-01-01' + pg_temp.dice('PanelApp date', d.gene_id, 600)
from pg_temp.drawn('PanelApp', 900) d;

-- HPO: phenotype terms, and for the better known genes the diseases that they stand for.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'HPO',
  jsonb_build_object('hpo_terms', (
    select jsonb_agg('HP:' || lpad((77 + 13 * n)::text, 7, '0') order by n)
    from generate_series(1, 1 + pg_temp.dice('terms', d.gene_id, 6) + d.prominence / 4) as n
  ))
  || case
    when d.prominence >= 20 then jsonb_build_object('diseases', (
      select jsonb_agg('Kidney disease type ' || n order by n)
      from generate_series(1, d.prominence / 20) as n
    ))
    else '{}'
  end,
  date '2024-01-01' + pg_temp.dice('HPO date', d.gene_id, 600)
from pg_temp.drawn('HPO', 1100) d;

-- PubTator: how many publications, and the first 25 of them. Records with few publications leave the count out.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'PubTator',
  jsonb_build_object('pmids', (
    select jsonb_agg((20000000 + pg_temp.dice('pmid ' || n, d.gene_id, 15000000))::text order by n)
    from generate_series(1, least(c.publication_count, 25)) as n
  ))
  || case
    when c.publication_count > 8 then jsonb_build_object('publication_count', c.publication_count)
    else '{}'
  end,
  date '2024-01-01' + pg_temp.dice('PubTator date', d.gene_id, 600)
from pg_temp.drawn('PubTator', 2600) d
cross join lateral (
  select 1 + pg_temp.dice('publications', d.gene_id, 12) + d.prominence * d.prominence / 20 as publication_count
) c;

-- Literature: references of a manual review.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'Literature',
  jsonb_build_object('references', (
    select jsonb_agg(jsonb_build_object('pmid', (21000000 + 977 * d.gene_id + n)::text) order by n)
    from generate_series(1, 1 + pg_temp.dice('references', d.gene_id, 3) + d.prominence / 15) as n
  )),
  date '2024-01-01' + pg_temp.dice('Literature date', d.gene_id, 600)
from pg_temp.drawn('Literature', 500) d;

-- ClinGen: one classification by an expert panel.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'ClinGen',
  jsonb_build_object('classifications', jsonb_build_array(jsonb_build_object('classification', case
    when d.prominence > 60 then 'Definitive'
    when d.prominence > 30 then 'Strong'
    else (array['Moderate', 'Limited', 'Disputed', 'Refuted', 'No Known Disease Relationship'])
      [1 + pg_temp.dice('ClinGen', d.gene_id, 5)]
  end))),
  date '2024-01-01' + pg_temp.dice('ClinGen date', d.gene_id, 600)
from pg_temp.drawn('ClinGen', 120) d;

-- GenCC: one to four submitters, who need not agree.
insert into gene_evidence (gene_id, source_name, evidence_data, evidence_date)
select
  d.gene_id,
  'GenCC',
  jsonb_build_object('classifications', (
    select jsonb_agg(
      jsonb_build_object(
        'submitter', 'Submitter ' || n,
        'classification', (array['Definitive', 'Strong', 'Moderate', 'Supportive', 'Limited', 'Disputed'])
          [1 + least(5, pg_temp.dice('GenCC ' || n, d.gene_id, 2) + (100 - d.prominence) / 20)]
      )
      order by n
    )
    from generate_series(1, 1 + pg_temp.dice('submitters', d.gene_id, 4)) as n
  )),
  date '2024-01-01' + pg_temp.dice('GenCC date', d.gene_id, 600)
from pg_temp.drawn('GenCC', 335) d;
