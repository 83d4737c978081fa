drop view if exists gene_scores;
create view gene_scores as select id, score from genes;
