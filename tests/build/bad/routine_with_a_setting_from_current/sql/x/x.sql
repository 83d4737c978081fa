create function f() returns int language sql set search_path from current set work_mem from current as 'select 1';
create procedure p() language sql set "My".setting FROM CURRENT as 'select 1';
