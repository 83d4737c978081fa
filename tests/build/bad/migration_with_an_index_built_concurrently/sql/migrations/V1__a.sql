create table a (id int);
create index concurrently a_id on a (id);
