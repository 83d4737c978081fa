create schema sc;
create table sc.users (id int);
