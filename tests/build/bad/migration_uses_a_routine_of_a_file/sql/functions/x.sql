create function new_id() returns bigint language sql as 'select 1';
create function checked(int) returns boolean language sql as 'select true';
create procedure fill() language sql as 'select 1';
create aggregate total(int) (sfunc = int4pl, stype = int);
create function touch() returns trigger language plpgsql as 'begin return new; end';
-- viewkeeper: before-migrations
create function early() returns int language sql as 'select 1';
create function made_before() returns int language sql as 'select 1';
create materialized view m as select 1 as id;
