-- What belongs to the whole database, and schemas; the reader takes public for the one that every database has.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (JSON: [{at, kind,
-- schema, name, arguments, of (the schema and the name of the relation or domain that it is on), part_of (what goes when it
-- goes), definition, attributes}], here and in snapshot_tables, snapshot_types, snapshot_constraints, snapshot_views,
-- snapshot_routines, snapshot_attached). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_namespace/' || s.oid || '/0',
             'kind', 'schema',
             'name', s.nspname,
             'definition', format('create schema %I', s.nspname)) as item
      from scope s
    union all
    select json_build_object(
             'at', 'pg_extension/' || e.oid || '/0',
             'kind', 'extension',
             'name', e.extname,
             'definition', format('create extension %I with schema %I', e.extname, n.nspname),
             'attributes', json_build_object('version', e.extversion, 'schema', n.nspname))
      from pg_catalog.pg_extension e
      join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     where e.oid >= 16384
    union all
    select json_build_object(
             'at', 'pg_event_trigger/' || t.oid || '/0',
             'kind', 'event trigger',
             'name', t.evtname,
             'definition', format('create event trigger %I on %s%s execute function %s()', t.evtname, t.evtevent,
                                  ' when tag in (' || g.tags || ')', t.evtfoid::regproc)
               || case when t.evtenabled <> 'O' then format(E';\nalter event trigger %I %s', t.evtname, e.word) else '' end,
             'attributes', json_build_object(
               'events', t.evtevent,
               'filter', g.tags,
               'function', t.evtfoid::regproc,
               'enabled', e.state))
      from pg_catalog.pg_event_trigger t
      join firing e on e.fires = t.evtenabled
     cross join lateral (
       select string_agg(quote_literal(x.tag), ', ' order by x.place) as tags
         from unnest(t.evttags) with ordinality x(tag, place)) g
     where t.oid not in (select m.objid from member m where m.classid = 'pg_event_trigger'::regclass)
    union all
    select json_build_object(
             'at', 'pg_foreign_data_wrapper/' || w.oid || '/0',
             'kind', 'foreign data wrapper',
             'name', w.fdwname,
             'definition', format('create foreign data wrapper %I%s%s%s', w.fdwname,
                                  ' handler ' || nullif(w.fdwhandler, 0)::regproc,
                                  ' validator ' || nullif(w.fdwvalidator, 0)::regproc, ' options (' || o.options || ')'),
             'attributes', json_build_object('options', o.options))
      from pg_catalog.pg_foreign_data_wrapper w
     cross join lateral (
       select string_agg(format('%I %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                         order by x.place) as options
         from unnest(w.fdwoptions) with ordinality x(option, place)) o
     where w.oid >= 16384
       and w.oid not in (select m.objid from member m where m.classid = 'pg_foreign_data_wrapper'::regclass)
    union all
    select json_build_object(
             'at', 'pg_foreign_server/' || v.oid || '/0',
             'kind', 'server',
             'name', v.srvname,
             'definition', format('create server %I%s%s foreign data wrapper %I%s', v.srvname, ' type ' || quote_literal(v.srvtype),
                                  ' version ' || quote_literal(v.srvversion), w.fdwname, ' options (' || o.options || ')'),
             'attributes', json_build_object('options', o.options))
      from pg_catalog.pg_foreign_server v
      join pg_catalog.pg_foreign_data_wrapper w on w.oid = v.srvfdw
     cross join lateral (
       select string_agg(format('%I %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                         order by x.place) as options
         from unnest(v.srvoptions) with ordinality x(option, place)) o
     where v.oid not in (select m.objid from member m where m.classid = 'pg_foreign_server'::regclass)) i
