create view v as
	select 'é' as "ü",	coalesce(a as b
	from genes;
