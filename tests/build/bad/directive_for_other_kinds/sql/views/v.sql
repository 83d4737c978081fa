-- viewkeeper: refresh on-run
-- viewkeeper: with-no-data
-- viewkeeper: before-migrations
-- viewkeeper: no-transaction
create view gene_scores as select id, score from genes;
