create view gene_scores as select id, score from genes;
