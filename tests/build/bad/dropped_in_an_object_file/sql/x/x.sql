drop materialized view m;
drop function f(int);
drop procedure if exists p;
drop routine r;
drop aggregate a(int);
drop trigger t on genes;
