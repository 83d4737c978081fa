create view gene_scores as select id, score from genes;
insert into genes values (1);
update genes set score = 1;
delete from genes;
