create view gene_scores as select id, score from genes;
comment on view gene_score is 'the scores';
comment on column gene_scors.id is 'x';
