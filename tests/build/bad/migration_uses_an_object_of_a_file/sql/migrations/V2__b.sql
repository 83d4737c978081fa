create table reports (id int);
insert into reports select id from gene_scores;
grant select on gene_scores to reader;
