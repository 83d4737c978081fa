-- viewkeeper: depends-on v
create table a (id int);
-- viewkeeper: no-transaction
create table b (id int);
