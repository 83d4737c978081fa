create view v as
select id,
       name,
       max(score) count(*)
  from genes
 group by id, name;
