create table a (id int, name text);
copy a from stdin;
1	x; y
2	z
\.
create table b (id int);
