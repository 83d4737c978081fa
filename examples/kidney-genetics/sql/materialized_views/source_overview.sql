-- What each source contributes, and how much of it is about the genes that lead the ranking. It stands on another
-- materialized view, which is refreshed before it.
create materialized view source_overview as
select
  c.source_name,
  count(*) as gene_count,
  sum(c.record_count)::bigint as record_count,
  round(avg(c.normalized_score), 4) as mean_score,
  count(*) filter (where r.place <= 100) as leading_gene_count
from combined_evidence_scores c
join gene_ranking r on r.gene_id = c.gene_id
group by c.source_name;

create unique index source_overview_source_name_key on source_overview (source_name);

comment on materialized view source_overview is 'one row per source, as of the last refresh';
comment on column source_overview.leading_gene_count is 'how many of the hundred best genes the source names';
