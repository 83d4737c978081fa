-- The objects in the way of a statement that was refused. Nothing is read out of the server's words, which may be in any
-- language: what the server itself would print for each object is looked for in them.
-- Parameters: detail (the error's DETAIL), statement (its text), types (a boolean: it changes a column's type, and one
-- object of all that use the column is named; else up to 100 objects are named, which would be dropped with something).
-- Columns: answer (JSON: {objects, columns}: addresses, class/oid/column; what is in the way is the objects, and
-- everything that uses one of the columns). Settings: those under which the statement was refused, because descriptions
-- depend on lc_messages and on the search_path. Versions: 14-18.
with line as ( -- a name may hold a line end, so these are only where a name may begin
  select s.at, pg_catalog.substr(:'detail', s.at) as text
    from (select pg_catalog.sum(pg_catalog.length(l.text) + 1) over (order by l.number)::pg_catalog.int4
                 - pg_catalog.length(l.text) as at
            from pg_catalog.string_to_table(:'detail', pg_catalog.chr(10)) with ordinality l(text, number)) s
), candidate as (
  select distinct d.classid, d.objid, d.objsubid
    from (select p.classid, p.objid, p.objsubid, p.refclassid, p.refobjsubid
            from pg_catalog.pg_depend p
           where p.deptype <> 'e'
          union all -- the server names the owner of an internal part: the column of a generated column's expression
          select p.refclassid, p.refobjid, p.refobjsubid, 0, 0
            from pg_catalog.pg_depend p
           where p.deptype = 'i') d
    left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = d.objid
    left join pg_catalog.pg_class c
      on c.oid = case when d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass then d.objid else w.ev_class end
   where d.objid >= 16384
     -- To describe an object is dear, and there may be thousands.
     and (c.oid is null or pg_catalog.strpos(:'detail', pg_catalog.replace(c.relname, '"', '""')) > 0)
     and (not :types or d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjsubid > 0)
), described as (
  select c.*, pg_catalog.pg_describe_object(c.classid, c.objid, c.objsubid) as name from candidate c
), longest as ( -- view "v" begins a line about view "v2" too
  select distinct on (l.at)
         l.at, pg_catalog.length(d.name) as length, d.*, pg_catalog.substr(l.text, pg_catalog.length(d.name) + 1) as rest
    from line l
    join described d on pg_catalog.starts_with(l.text, d.name)
   order by l.at, pg_catalog.length(d.name) desc
), named as ( -- what begins within another one's name is a part of it
  select n.*
    from longest n
   where not exists (select from longest o where o.at < n.at and n.at < o.at + o.length)
), word as ( -- a column stands by its bare name between quotes of some kind
  select n.at, w.word
    from named n
   cross join pg_catalog.regexp_split_to_table(n.rest, '[^[:alnum:]_$]+') w(word)
   where :types
), said as (
  select w.word
    from pg_catalog.regexp_split_to_table(pg_catalog.lower(:'statement'), '[^[:alnum:]_$]+') w(word)
), used as (
  select d.refobjid, d.refobjsubid, r.relname, true as described
    from named n
    join pg_catalog.pg_depend d on d.classid = n.classid and d.objid = n.objid and d.objsubid = n.objsubid
    join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_catalog.pg_class r on r.oid = d.refobjid
   where :types
     and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and d.refobjsubid > 0
     and (exists (select from word w where w.at = n.at and w.word = a.attname)
          or a.attname ~ '[^[:alnum:]_$]' and pg_catalog.strpos(n.rest, a.attname) > 0)
  union all -- of a generated column and the one that it uses, only the bare names are told
  select a.attrelid, a.attnum, r.relname, false
    from pg_catalog.pg_attribute g
    join pg_catalog.pg_class r on r.oid = g.attrelid
    join pg_catalog.pg_attribute a on a.attrelid = g.attrelid and a.attnum > 0
   where :types
     and g.attgenerated <> ''
     and not exists (select from named)
     and pg_catalog.strpos(:'detail', g.attname) > 0
     and pg_catalog.strpos(:'detail', a.attname) > 0
     and exists (select from pg_catalog.pg_attrdef f
                   join pg_catalog.pg_depend d
                     on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    and d.refobjid = a.attrelid and d.refobjsubid = a.attnum
                    and (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
                         -- 14 says so of the column itself
                         or d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = f.adrelid
                            and d.objsubid = f.adnum)
                  where f.adrelid = g.attrelid and f.adnum = g.attnum and a.attnum <> g.attnum)
), nearest as ( -- one view may use columns of this name of several tables, and the statement names one
  select u.*, exists (select from said s where s.word = pg_catalog.lower(u.relname))
              or u.relname ~ '[^[:alnum:]_$]' and pg_catalog.strpos(:'statement', u.relname) > 0 as said
    from used u
)
select pg_catalog.json_build_object(
  'objects', coalesce((
    select pg_catalog.json_agg(distinct n.classid::pg_catalog.int8 || '/' || n.objid::pg_catalog.int8 || '/' || n.objsubid)
      from (select n.classid, n.objid, n.objsubid
              from named n
             where not :types
            union all -- a materialized view that holds rows of the table, told as m.column
            select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0
              from pg_catalog.pg_attribute a
              join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind = 'm'
             where :types and a.attnum > 0 and a.atttypid >= 16384
               and pg_catalog.strpos(:'detail', c.relname || '.' || a.attname) > 0) n), '[]'),
  'columns', coalesce((
    select pg_catalog.json_agg(distinct '1259/' || n.refobjid::pg_catalog.int8 || '/' || n.refobjsubid)
      from nearest n
     where n.said or n.described and not exists (select from nearest x where x.said)), '[]')) as answer
