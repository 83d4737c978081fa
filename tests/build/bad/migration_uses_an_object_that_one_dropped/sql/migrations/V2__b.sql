select * from gene_scores;
drop view gene_scores;
