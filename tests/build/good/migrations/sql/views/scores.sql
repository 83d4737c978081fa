create view scores as select 2 as id;
