create view gene_scores as select id, score from (select 1 as id, 2 as score) g;
