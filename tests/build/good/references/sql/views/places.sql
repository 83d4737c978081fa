create view places as
select e'a\'base' as "base", -- from base
       'select * from base' as text, /* base /* base */ */
       $$ from base $$ as dollars,
       null::base as row_type,
       cast(null as public."Mixed Case") as other_row_type,
       'public.ctes'::regclass as oid,
       exists (table nested) as e,
       base.id
  from only (base)
  join PUBLIC.BASE as b using (id)
  left join lateral (select * from "Mixed Case" m where m.id = b.id) l on true
 where base.id in (select id from ÉA union select id from éa);
