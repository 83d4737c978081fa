create view gene_scores as select id, score from genes;
alter view gene_scores rename to scores;
alter view gene_scores set schema app;
alter view gene_scores rename column id to gene_id;
