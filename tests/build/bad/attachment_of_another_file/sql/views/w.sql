create view w as select 1 as one;
comment on view gene_scores is 'the scores';
grant select on gene_scores to reader;
