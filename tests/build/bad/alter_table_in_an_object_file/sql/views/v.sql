create view gene_scores as select id, score from genes;
alter table gene_scores owner to admin;
