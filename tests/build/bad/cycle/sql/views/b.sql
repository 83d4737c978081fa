create view b as select * from a;
