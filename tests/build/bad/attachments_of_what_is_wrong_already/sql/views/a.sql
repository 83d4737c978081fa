create view gene_scores as select id, score from genes;
comment on view gene_scores is 'x';
