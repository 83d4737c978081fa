-- no row

select 1 where false -- really
;
