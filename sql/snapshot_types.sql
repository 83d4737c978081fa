-- Enums, composite types, domains, range types.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope, type as materialized (
  select t.*, s.nspname, format('%I.%I', s.nspname, t.typname) as fq
    from pg_catalog.pg_type t
    join scope s on s.oid = t.typnamespace
   where t.oid >= 16384
     and t.oid not in (select m.objid from member m where m.classid = 'pg_type'::regclass)
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
         'at', 'pg_type/' || t.oid || '/0',
         'kind', i.kind,
         'schema', t.nspname,
         'name', t.typname,
         'definition', i.definition,
         'attributes', i.attributes))), '[]') as answer
  from type t
 cross join lateral (
   select 'enum' as kind,
          format('create type %s as enum (%s)', t.fq, e.labels) as definition,
          json_build_object('labels', e.labels) as attributes
     from (select coalesce(string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder), '') as labels
             from pg_catalog.pg_enum e
            where e.enumtypid = t.oid) e
    where t.typtype = 'e'
   union all
   select 'composite', format('create type %s as (%s)', t.fq, a.attributes), json_build_object('attributes', a.attributes)
     from pg_catalog.pg_class c
    cross join lateral (
      select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                               case when a.attcollation not in (0, y.typcollation)
                                    then ' collate ' || a.attcollation::regcollation end), ', ' order by a.attnum) as attributes
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type y on y.oid = a.atttypid
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) a
    where t.typtype = 'c' and c.oid = t.typrelid and c.relkind = 'c'
   union all
   -- The checks are in snapshot_constraints.sql.
   select 'domain',
          format('create domain %s as %s%s%s%s', t.fq, b.type, ' collate ' || b.collation, ' default ' || t.typdefault,
                 case when t.typnotnull then ' not null' end),
          json_build_object('type', b.type, 'collation', b.collation, 'default', t.typdefault,
                            'nullable', case when t.typnotnull then 'no' else 'yes' end)
     from (select format_type(t.typbasetype, t.typtypmod) as type,
                  case when t.typcollation not in (0, y.typcollation) then t.typcollation::regcollation::text end as collation
             from pg_catalog.pg_type y
            where y.oid = t.typbasetype) b
    where t.typtype = 'd'
   union all
   select 'range',
          format('create type %s as range (%s)', t.fq, concat_ws(', ',
                 'subtype = ' || format_type(r.rngsubtype, null),
                 'subtype_opclass = ' || case when not c.opcdefault then format('%I.%I', n.nspname, c.opcname) end,
                 'collation = ' || nullif(r.rngcollation, y.typcollation)::regcollation,
                 'canonical = ' || nullif(r.rngcanonical, 0)::regproc,
                 'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc,
                 format('multirange_type_name = %s', format_type(r.rngmultitypid, null)))),
          json_build_object('type', format_type(r.rngsubtype, null))
     from pg_catalog.pg_range r
     join pg_catalog.pg_type y on y.oid = r.rngsubtype
     join pg_catalog.pg_opclass c on c.oid = r.rngsubopc
     join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
    where t.typtype = 'r' and r.rngtypid = t.oid) i
