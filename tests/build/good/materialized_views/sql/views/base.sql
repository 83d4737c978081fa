create view base as select 1 as id, 2 as score;
