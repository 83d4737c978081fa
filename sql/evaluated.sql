-- What of some schemas a text cannot name without the server running, while it parses the text, what an untrusted role wrote. It
-- gives a literal to the input function of its type at once, and those of arrays, rows and ranges check the domains in them. (One
-- that is of a domain itself is checked later.) So these are functions, operators and types, of which a table's row is one, that
-- have such a type. Where no domain checks anything of another role, that is all that is asked: a block plans what it comes to.
-- No value is in it, because one could end its quotes.
-- Parameters: schemas (text[]).
-- Columns: answer (JSON: [{schema, name, form, what, row, trusted, types, code, owner, first}]; form: call, operator, type, or
-- array, which is named by what it is of; row: only a literal of a row is harm; trusted: its owner is; types: [[schema, name]] of
-- what it has such a domain from; code: what runs, and its owner; first: of a function, the types of another one of that schema
-- and name which the server chooses before it where a literal could be of such a type, with a comma between them; null where there
-- can be none). Settings: search_path to pg_catalog, pg_temp; viewkeeper.schemas and viewkeeper.evaluated are its own. Versions:
-- 14-18.
set local viewkeeper.schemas to :'schemas';
set local viewkeeper.evaluated to '[]';
do $viewkeeper$
begin
  if exists (
    select from pg_catalog.pg_type t
      join pg_catalog.pg_constraint k on k.contypid = t.oid and k.contype = 'c'
      join pg_catalog.pg_roles r on r.oid = t.typowner
     where t.typtype = 'd' and t.oid >= 16384
       and (not r.rolsuper and r.rolname <> current_user
            or exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = k.oid and d.refobjid >= 16384
                          and d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass,
                                               'pg_catalog.pg_operator'::pg_catalog.regclass)))) then
    perform pg_catalog.set_config('viewkeeper.evaluated', (
      with recursive :trusted_roles, searched as materialized (
        select n.oid, n.nspname as name
          from pg_catalog.pg_namespace n
         where n.nspname = any (pg_catalog.current_setting('viewkeeper.schemas')::text[])
      ), coded (type, code, owner) as materialized (
        select t.oid, 'domain ' || pg_catalog.format_type(t.oid, null), t.typowner
          from pg_catalog.pg_type t
         where t.typtype = 'd' and t.oid >= 16384 and t.typowner not in (select r.oid from trusted r)
           and exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c')
         union
        select t.oid, f.code, f.owner
          from pg_catalog.pg_type t
          join pg_catalog.pg_constraint k on k.contypid = t.oid
          join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = k.oid
         cross join lateral (
           select 'function ' || p.oid::pg_catalog.regprocedure::text as code, p.proowner as owner
             from pg_catalog.pg_proc p
            where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.refobjid
            union all
           select 'operator ' || o.oid::pg_catalog.regoperator::text, o.oprowner
             from pg_catalog.pg_operator o
            where d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid) f
         where t.typtype = 'd' and t.oid >= 16384 and t.typowner in (select r.oid from trusted r)
           and f.owner not in (select r.oid from trusted r)
      ), reaching (type, root, level, from_type) as ( -- level: 0 a domain itself, 1 a literal of a row is harm, 2 any literal
        select c.type, c.type, 0, c.type from coded c
         union
        select x.type, r.root, x.level, r.type
          from reaching r
         cross join lateral (
           select t.typarray as type, 2 as level
             from pg_catalog.pg_type t where t.oid = r.type and t.typarray <> 0
            union all
           select t.oid, case t.typtype when 'd' then r.level else 2 end
             from pg_catalog.pg_depend d
             join pg_catalog.pg_type t on t.oid = d.objid and t.typtype in ('d', 'r')
            where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = r.type
              and d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
            union all
           select k.reltype, greatest(r.level, 1)
             from pg_catalog.pg_depend d
             join pg_catalog.pg_class k on k.oid = d.objid and k.reltype <> 0
            where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = r.type
              and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid > 0
            union all
           select g.rngmultitypid, 2 from pg_catalog.pg_range g where g.rngtypid = r.type) x
      ), evaluated as materialized (
        select distinct on (r.type) r.type, r.root, r.level, r.from_type, c.code, c.owner
          from reaching r
          join coded c on c.type = r.root
         where r.level > 0
         order by r.type, r.level desc, r.root
      ), thing (namespace, name, form, what, owner, type, first) as (
        (select distinct on (p.oid) p.pronamespace, p.proname, 'call',
               case p.prokind when 'p' then 'procedure ' when 'a' then 'aggregate ' else 'function ' end
                 || p.oid::pg_catalog.regprocedure::text, p.proowner, e.type,
               pg_catalog.format_type(y.first[1], null) || ',' || pg_catalog.format_type(y.first[2], null)
          from pg_catalog.pg_proc p
         cross join lateral pg_catalog.unnest(p.proargtypes::oid[] || coalesce(p.proallargtypes, '{}') || p.prorettype) a(type)
          join evaluated e on e.type = a.type
          -- Of two that differ in one place only, a literal there is a text before it is anything else.
         cross join lateral (
           select case when p.prokind = 'f' and p.pronargs = 2 and p.pronargdefaults = 0 and p.provariadic = 0
                            and p.proallargtypes is null and p.prorettype not in (select x.type from evaluated x)
                       then case when p.proargtypes[0] not in (select x.type from evaluated x)
                                 then array[p.proargtypes[0], 'text'::pg_catalog.regtype::oid]
                                 when p.proargtypes[1] not in (select x.type from evaluated x)
                                 then array['text'::pg_catalog.regtype::oid, p.proargtypes[1]] end end as first) y
         where p.pronamespace in (select s.oid from searched s)
           and not exists (
             select from pg_catalog.pg_proc t
              where t.pronamespace = p.pronamespace and t.proname = p.proname and t.pronargs = 2
                and t.proargtypes[0] = y.first[1] and t.proargtypes[1] = y.first[2]
                and t.prokind = 'f' and t.provariadic = 0 and t.proallargtypes is null
                and t.proowner in (select r.oid from trusted r)
                and (p.proargnames is null or p.proargnames = t.proargnames))
         order by p.oid, e.level desc, e.type)
         union all
        (select distinct on (o.oid) o.oprnamespace, o.oprname, 'operator',
                'operator ' || o.oid::pg_catalog.regoperator::text, o.oprowner, e.type, null
          from pg_catalog.pg_operator o
          join evaluated e on e.type in (o.oprleft, o.oprright, o.oprresult)
         where o.oprnamespace in (select s.oid from searched s)
         order by o.oid, e.level desc, e.type)
         union all
        select t.typnamespace, t.typname, 'type',
               case k.relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'f' then 'foreign table '
                              when 'r' then 'table ' when 'p' then 'table '
                              else case t.typtype when 'd' then 'domain ' else 'type ' end end || pg_catalog.format_type(t.oid, null),
               t.typowner, e.type, null
          from evaluated e
          join pg_catalog.pg_type t on t.oid = e.type
          left join pg_catalog.pg_class k on k.oid = t.typrelid and t.typrelid <> 0
         where t.typnamespace in (select s.oid from searched s)
         union all
        select t.typnamespace, i.typname, 'array', 'type ' || pg_catalog.format_type(t.oid, null), t.typowner, e.type, null
          from evaluated e
          join pg_catalog.pg_type t on t.oid = e.type and t.typcategory = 'A'
          join pg_catalog.pg_type i on i.oid = t.typelem
         where t.typnamespace in (select s.oid from searched s)
      )
      select case when exists (select from evaluated) then (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                 'schema', s.name, 'name', h.name, 'form', h.form, 'what', h.what, 'row', e.level = 1,
                 'trusted', h.owner in (select r.oid from trusted r),
                 'types', (select pg_catalog.json_agg(pg_catalog.json_build_array(n.nspname, y.typname))
                             from pg_catalog.pg_type t
                             join pg_catalog.pg_type y on y.oid = case t.typcategory when 'A' then t.typelem else t.oid end
                             join pg_catalog.pg_namespace n on n.oid = y.typnamespace
                            where t.oid in (e.type, e.root, e.from_type)),
                 'code', e.code, 'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.owner)), 'first', h.first)
               order by s.name, h.what, h.form), '[]')
          from thing h
          join searched s on s.oid = h.namespace
          join evaluated e on e.type = h.type) else '[]' end
    )::text, true);
  end if;
end
$viewkeeper$;
select pg_catalog.current_setting('viewkeeper.evaluated') as answer
