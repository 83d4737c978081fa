-- viewkeeper: depends-on f(bigint), g, t on genes
-- viewkeeper: refresh manual
-- viewkeeper: with-no-data
create function f(int) returns int language sql as 'select 1';
-- viewkeeper: before-migrations
create trigger t after insert on genes for each row execute function f();
-- viewkeeper: renamed-from f
create function h(int) returns int language sql as 'select 1';
-- viewkeeper: renamed-from old_i(int)
create function i(int) returns int language sql as 'select 1';
-- viewkeeper: renamed-from t
create trigger u after insert on genes for each row execute function f();
-- viewkeeper: renamed-from old_v(int)
create view v as select 1 as one;
-- viewkeeper: renamed-from old_w on genes
create view w as select 1 as one;
