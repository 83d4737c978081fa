create view low as select 1 as id;
-- A view and a function that refer to each other.
create view circle as select around() as x;
create function around() returns int language sql as $$ select max(x) from circle join low on true $$;
create function reads_both() returns int language sql as $$
  -- from nothing
  with cte as (select * from low) select count(*) from circle, cte;
$$;
create function in_plpgsql() returns int language plpgsql as $$
declare r public.low%rowtype; /* circle */ circle_id int;
begin
  execute 'select * from "low"';
  -- reads_both()
  return public . around ();
end $$;
create function ping() returns int language plpgsql as 'begin return pong(); end';
create function pong() returns int language plpgsql as 'begin return ping(); end';
create function itself(n int) returns int language sql as 'select itself(n - 1)';
create function broken() returns int language sql as 'selec low';
create view high as select in_plpgsql() as x, app.low.id from app.low;
create function around_hard() returns int language sql begin atomic select around() from low; end;
create procedure deep() language sql as $$ call deep(); insert into high select 1; $$;
