create view gene_scores as select id, score from genes;
create view w as select 1 as one;
grant select on gene_scores, w to reader;
