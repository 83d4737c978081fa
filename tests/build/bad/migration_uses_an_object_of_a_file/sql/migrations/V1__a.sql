create table genes (id int, score int);
