-- viewkeeper: renamed-from gene_scores
create view scores as select 1 as one;
