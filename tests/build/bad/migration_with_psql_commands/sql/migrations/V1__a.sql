\restrict abc

create table a (id int);
\i other.sql
create table b (id int);
\set x 1
select 1;

\unrestrict abc
