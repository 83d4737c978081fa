-- None of these names but the inner one of "shadow" and "outer_one" means a view.
create view ctes as
with base as (select * from base),
     later as (select * from base)
select * from later
union all
select id from base
union all
select * from (with "Mixed Case" as (select 1 as id) select * from "Mixed Case") x;
create view recursive_cte as
with recursive base as (select 1 as id union all select id + 1 from base where id < 3)
select * from base;
create view nested as
select (with base as (select 2 as id) select max(id) from base) as m, base.id from base;
