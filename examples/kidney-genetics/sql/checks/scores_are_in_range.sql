-- A percentage is one: genes whose score is not between 0 and 100.
select
  approved_symbol,
  percentage_score
from gene_scores
where percentage_score not between 0 and 100;
