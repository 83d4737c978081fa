-- gene_scores, kept, with each gene's place: the score of one gene costs as much as those of all.
create materialized view gene_ranking as
select
  rank() over (order by percentage_score desc) as place,
  gene_id,
  approved_symbol,
  source_count,
  evidence_count,
  percentage_score,
  evidence_tier
from gene_scores;

create unique index gene_ranking_gene_id_key on gene_ranking (gene_id);
create index gene_ranking_place_idx on gene_ranking (place, approved_symbol);

comment on materialized view gene_ranking is 'gene_scores as of the last refresh, with places';
comment on column gene_ranking.place is '1 for the highest score; genes with one score share a place';
