create view gene_scores as select id, score from genes;
grant select on all tables in schema public to reader;
grant admin to reader;
