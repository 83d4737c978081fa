create view v as
select id
  from
 where id > 1;
