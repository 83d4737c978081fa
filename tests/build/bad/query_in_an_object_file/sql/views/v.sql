create view gene_scores as select id, score from genes;
select * from gene_scores;
