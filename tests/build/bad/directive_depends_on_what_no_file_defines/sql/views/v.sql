-- viewkeeper: depends-on gene_scors, app.f(int), genes
create view v as select id, score from genes;
