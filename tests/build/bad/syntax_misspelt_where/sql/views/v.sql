create view v as
select id from genes whre id > 1;
