create view v as
select id, name
  frm genes
 where id > 1;
