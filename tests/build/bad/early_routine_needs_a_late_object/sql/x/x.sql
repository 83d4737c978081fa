create view v as select 1 as id;
create function late() returns int language sql as 'select 1';
-- viewkeeper: before-migrations
create function early() returns int return late();
-- viewkeeper: before-migrations
create function also_early(v) returns int return early();
-- viewkeeper: before-migrations
create function right_so() returns int language sql as 'select id from v';
