grant select on scores to reader;
grant select on app.made_by_a_body to reader;
alter view scores rename to better_scores;
select * from better_scores;
drop view if exists later;
with later as (select 1) select * from later;
set search_path = other;
select * from later;
