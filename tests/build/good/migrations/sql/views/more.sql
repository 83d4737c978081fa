create view better_scores as select * from scores;
create view made_by_a_body as select 1 as id;
create view later as select 1 as id;
