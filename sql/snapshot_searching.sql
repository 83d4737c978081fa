-- What queries are written with beside routines: collations, operators, casts, and dictionaries and configurations of text
-- search. Of casts those between types of the server or of the scope.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_collation/' || k.oid || '/0',
             'kind', 'collation',
             'schema', s.nspname,
             'name', k.collname,
             'definition', format('create collation %I.%I (%s)', s.nspname, k.collname, concat_ws(', ',
               'provider = ' || p.word,
               'locale = ' || quote_literal(p.locale),
               case when p.locale is null then format('lc_collate = %L, lc_ctype = %L', k.collcollate, k.collctype) end,
               'rules = ' || quote_literal(j.row ->> 'collicurules'),
               case when not k.collisdeterministic then 'deterministic = false' end)),
             'attributes', json_build_object('options', concat_ws(', ', p.word, coalesce(p.locale, k.collcollate || ' ' || k.collctype),
               case when not k.collisdeterministic then 'not deterministic' end))) as item
      from pg_catalog.pg_collation k
      join scope s on s.oid = k.collnamespace
     cross join lateral (select to_jsonb(k) as row) j
     cross join lateral (
       -- The locale of ICU is in another column since 15, and since 17.
       select case k.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as word,
              coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale',
                       case when k.collcollate = k.collctype then k.collcollate end) as locale) p
     where k.oid not in (select m.objid from member m where m.classid = 'pg_collation'::regclass)
    union all
    select json_build_object(
             'at', 'pg_operator/' || o.oid || '/0',
             'kind', 'operator',
             'schema', s.nspname,
             'name', o.oprname,
             'arguments', coalesce(l.type, 'NONE') || ',' || r.type,
             'definition', format('create operator %I.%s (%s)', s.nspname, o.oprname, concat_ws(', ',
               'function = ' || o.oprcode::regproc,
               'leftarg = ' || l.type,
               'rightarg = ' || r.type,
               'commutator = ' || x.commutator,
               'negator = ' || x.negator,
               'restrict = ' || nullif(o.oprrest::oid, 0)::regproc,
               'join = ' || nullif(o.oprjoin::oid, 0)::regproc,
               case when o.oprcanhash then 'hashes' end,
               case when o.oprcanmerge then 'merges' end)),
             'attributes', json_build_object('function', o.oprcode::regproc, 'returns', format_type(o.oprresult, null)))
      from pg_catalog.pg_operator o
      join scope s on s.oid = o.oprnamespace
     cross join lateral (select format_type(nullif(o.oprleft, 0), null) as type) l
     cross join lateral (select format_type(o.oprright, null) as type) r
     cross join lateral (
       select max(case when z.oid = o.oprcom then format('operator(%I.%s)', n.nspname, z.oprname) end) as commutator,
              max(case when z.oid = o.oprnegate then format('operator(%I.%s)', n.nspname, z.oprname) end) as negator
         from pg_catalog.pg_operator z
         join pg_catalog.pg_namespace n on n.oid = z.oprnamespace
        where z.oid in (o.oprcom, o.oprnegate)) x
     -- One that another one names and nobody made yet has no function.
     where o.oprcode::oid <> 0
       and o.oid not in (select m.objid from member m where m.classid = 'pg_operator'::regclass)
    union all
    select json_build_object(
             'at', 'pg_cast/' || c.oid || '/0',
             'kind', 'cast',
             'name', t.name,
             'definition', format('create cast %s %s%s', t.name,
               case c.castmethod when 'i' then 'with inout' when 'b' then 'without function'
                                 else 'with function ' || c.castfunc::regprocedure end,
               case c.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' end),
             'attributes', json_build_object(
               'function', case when c.castmethod = 'f' then c.castfunc::regprocedure::text end,
               'method', case c.castmethod when 'i' then 'inout' when 'b' then 'binary' else 'function' end,
               'context', case c.castcontext when 'a' then 'assignment' when 'i' then 'implicit' else 'explicit' end))
      from pg_catalog.pg_cast c
      join pg_catalog.pg_type a on a.oid = c.castsource
      join pg_catalog.pg_type b on b.oid = c.casttarget
     cross join lateral (
       select format('(%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)) as name) t
     where c.oid >= 16384
       and c.oid not in (select m.objid from member m where m.classid = 'pg_cast'::regclass)
       -- A range type brings one to its multirange type.
       and not exists (
         select from pg_catalog.pg_depend d
          where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i')
       and (a.typnamespace in (select s.oid from scope s) or b.typnamespace in (select s.oid from scope s)
            or (a.typnamespace = 'pg_catalog'::regnamespace and b.typnamespace = 'pg_catalog'::regnamespace))
    union all
    select json_build_object(
             'at', 'pg_ts_dict/' || d.oid || '/0',
             'kind', 'text search dictionary',
             'schema', s.nspname,
             'name', d.dictname,
             'definition', format('create text search dictionary %I.%I (%s)', s.nspname, d.dictname,
                                  concat_ws(', ', format('template = %I.%I', n.nspname, t.tmplname), d.dictinitoption)),
             'attributes', json_build_object('options', d.dictinitoption))
      from pg_catalog.pg_ts_dict d
      join scope s on s.oid = d.dictnamespace
      join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate
      join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace
     where d.oid not in (select m.objid from member m where m.classid = 'pg_ts_dict'::regclass)
    union all
    select json_build_object(
             'at', 'pg_ts_config/' || c.oid || '/0',
             'kind', 'text search configuration',
             'schema', s.nspname,
             'name', c.cfgname,
             'definition', concat_ws(E';\n',
               format('create text search configuration %I.%I (parser = %I.%I)', s.nspname, c.cfgname, n.nspname, p.prsname),
               x.statements))
      from pg_catalog.pg_ts_config c
      join scope s on s.oid = c.cfgnamespace
      join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser
      join pg_catalog.pg_namespace n on n.oid = p.prsnamespace
     cross join lateral (
       select string_agg(format('alter text search configuration %I.%I add mapping for %s with %s', s.nspname, c.cfgname,
                                g.tokens, g.dictionaries), E';\n' order by g.first) as statements
         from (select min(y.maptokentype) as first, y.dictionaries,
                      string_agg(quote_ident(k.alias), ', ' order by k.tokid) as tokens
                 from (select m.maptokentype, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno) as dictionaries
                         from pg_catalog.pg_ts_config_map m
                        where m.mapcfg = c.oid
                        group by m.maptokentype) y
                 join ts_token_type(c.cfgparser) k on k.tokid = y.maptokentype
                group by y.dictionaries) g) x
     where c.oid not in (select m.objid from member m where m.classid = 'pg_ts_config'::regclass)) i
