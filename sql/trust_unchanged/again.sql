-- A part of trust_unchanged.sql, a query: what of a stranger's would run by now if things were put back that rest on these: the
-- question that was asked when they were saved (saved/trust.sql), which needs neither them nor what they hung on to be there.
-- What stands under a name now is what a text means that is read again.
-- Parameters: rests (JSON: [{on: an address, name, how: whole, types, planned (a table, with a query of it), path (name: the
-- schemas of the project's path, text[]) or plain (names of the server's, read under that path)}]), relid, body_means (see
-- src/read/trusted.rs).
-- Columns: answer (JSON: [{what, give}], or null). Settings: search_path to pg_catalog. Versions: 14-18.
with recursive :trusted_roles
, rest as materialized (
  select r.how, r.name, split_part(r.on_, '/', 1)::oid as classid, split_part(r.on_, '/', 2)::oid as objid
    from (select j.value ->> 'how' as how, j.value ->> 'name' as name, j.value ->> 'on' as on_
            from json_array_elements(:'rests') j) r
), searching as materialized (
  select array(select n.name from rest r cross join lateral unnest(r.name::text[]) n(name) where r.how = 'path') as schemas
), meant as materialized (
  select r.how, r.classid, r.objid from rest r
  union
  select r.how, r.classid, n.objid
    from rest r
   cross join lateral (
     select case r.classid when 'pg_catalog.pg_type'::regclass then to_regtype(r.name)::oid
                           when 'pg_catalog.pg_class'::regclass then to_regclass(r.name)::oid end as objid
     union all -- to_regprocedure and to_regoperator fail where a type of the arguments is gone
     select p.oid
       from pg_catalog.pg_proc p
       join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where r.classid = 'pg_catalog.pg_proc'::regclass and p.oid >= 16384
        and starts_with(r.name, format('%I.%I(', n.nspname, p.proname))
        and r.name = (pg_catalog.pg_identify_object(r.classid, p.oid, 0)).identity
     union all
     select o.oid
       from pg_catalog.pg_operator o
       join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
      where r.classid = 'pg_catalog.pg_operator'::regclass and o.oid >= 16384
        and starts_with(r.name, format('%I.%s(', n.nspname, o.oprname))
        and r.name = (pg_catalog.pg_identify_object(r.classid, o.oid, 0)).identity) n
   where n.objid is not null
), evaluated as materialized (
  select x.classid, x.objid, x.objsubid, true as whole
    from (select distinct m.objid as relid from meant m where m.how = 'planned') k
   cross join lateral (
     :trust_planned) x
), direct(whole, fclass, fobj, fsub, classid, objid) as materialized (
  select e.whole, e.classid, e.objid, e.objsubid, x.classid, x.objid
    from evaluated e
   cross join lateral (
     :trust_direct) x
  union
  select m.how = 'whole', 0::oid, 0::oid, 0, m.classid, m.objid
    from meant m
   where m.how in ('whole', 'types')

), :trust_uses

, :trust_namesakes

, :trust_shadow

select json_agg(json_build_object('what', a.what, 'give', a.give) order by a.what collate "C") as answer
  from (select case when s.body is null then format('it runs %s, which belongs to %I', s.code, pg_get_userbyid(s.owner))
                    else format('it may run %s, which belongs to %I, for a name that the body of %s writes without a schema', s.code,
                                pg_get_userbyid(s.owner), s.body) end as what,
               format('alter %s owner to', s.code) as give
          from stranger s
         union
        select format('it uses %s, and %s, which belongs to %I, has the same name', n.code, n.other, pg_get_userbyid(n.owner)),
               format('alter %s owner to', n.other)
          from namesake n
         union
        select 'a function or operator of somebody who is not trusted came to have the name of one of the server', null
         where (select s.cast_by from shadow s) and exists (select from rest r where r.how = 'plain')) a
