-- What PostgreSQL does not know, a query does: genes whose score is another one than the ranking says, because nobody
-- refreshed it.
select
  coalesce(s.approved_symbol, r.approved_symbol) as approved_symbol,
  r.percentage_score as ranked_with,
  s.percentage_score
from gene_scores s
full join gene_ranking r on r.gene_id = s.gene_id
where s.percentage_score is distinct from r.percentage_score;
