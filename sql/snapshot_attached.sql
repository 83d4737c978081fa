-- What is on a relation: triggers, rules, policies, extended statistics. A partition's trigger that is its parent's is no item of
-- its own, unless it is enabled otherwise.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_trigger/' || t.oid || '/0',
             'kind', 'trigger',
             'name', t.tgname,
             'of', json_build_array(r.nspname, r.relname),
             'part_of', 'pg_class/' || r.oid || '/0',
             'definition', concat_ws(E';\n', case when t.tgparentid = 0 then pg_get_triggerdef(t.oid) end,
               case when t.tgenabled <> 'O' or t.tgparentid <> 0
                    then format('alter table %s %s trigger %I', r.fq, e.word, t.tgname) end),
             'attributes', json_build_object(
               'timing', case when t.tgtype::int & 2 > 0 then 'before' when t.tgtype::int & 64 > 0 then 'instead of' else 'after' end,
               'events', concat_ws(' or ', case when t.tgtype::int & 4 > 0 then 'insert' end,
                 case when t.tgtype::int & 8 > 0 then 'delete' end,
                 case when t.tgtype::int & 16 > 0 then 'update' || coalesce(' of ' || (
                   select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
                     from unnest(t.tgattr) u(attnum)
                     join pg_catalog.pg_attribute a on a.attrelid = t.tgrelid and a.attnum = u.attnum), '') end,
                 case when t.tgtype::int & 32 > 0 then 'truncate' end),
               'level', case when t.tgtype::int & 1 > 0 then 'row' else 'statement' end,
               'function', t.tgfoid::regproc,
               'constraint', case when t.tgconstraint <> 0 then 'yes' end,
               'enabled', e.state)) as item
      from relation r
      join pg_catalog.pg_trigger t on t.tgrelid = r.oid
      left join pg_catalog.pg_trigger above on above.oid = t.tgparentid
      join firing e on e.fires = t.tgenabled
     -- 14 takes a partition's trigger for an internal one.
     where case when t.tgparentid = 0 then not t.tgisinternal else not above.tgisinternal and t.tgenabled <> above.tgenabled end
    union all
    select json_build_object(
             'at', 'pg_rewrite/' || w.oid || '/0',
             'kind', 'rule',
             'name', w.rulename,
             'of', json_build_array(r.nspname, r.relname),
             'part_of', 'pg_class/' || r.oid || '/0',
             'definition', rtrim(pg_get_ruledef(w.oid), ';')
               || case when w.ev_enabled <> 'O' then format(E';\nalter table %s %s rule %I', r.fq, e.word, w.rulename) else '' end,
             'attributes', json_build_object(
               'events', case w.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert' else 'delete' end,
               'instead', case when w.is_instead then 'yes' else 'no' end,
               'enabled', e.state))
      from relation r
      join pg_catalog.pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
      join firing e on e.fires = w.ev_enabled
    union all
    select json_build_object(
             'at', 'pg_policy/' || p.oid || '/0',
             'kind', 'policy',
             'name', p.polname,
             'of', json_build_array(r.nspname, r.relname),
             'part_of', 'pg_class/' || r.oid || '/0',
             'definition', format('create policy %I on %s as %s for %s to %s', p.polname, r.fq, x.type, x.command, x.roles)
               || coalesce(' using (' || x.using || ')', '') || coalesce(' with check (' || x.checked || ')', ''),
             'attributes', json_build_object('type', x.type, 'command', x.command, 'roles', x.roles, 'using', x.using,
                                          'check', x.checked))
      from relation r
      join pg_catalog.pg_policy p on p.polrelid = r.oid
     cross join lateral (
       select case when p.polpermissive then 'permissive' else 'restrictive' end as type,
              case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                            when 'd' then 'delete' else 'all' end as command,
              pg_get_expr(p.polqual, p.polrelid) as using,
              pg_get_expr(p.polwithcheck, p.polrelid) as checked,
              (select string_agg(y.name, ', ' order by y.name)
                 from (select case when u.oid = 0 then 'public' else quote_ident(pg_get_userbyid(u.oid)) end as name
                         from unnest(p.polroles) u(oid)) y) as roles) x
    union all
    select json_build_object(
             'at', 'pg_statistic_ext/' || t.oid || '/0',
             'kind', 'statistics',
             'schema', s.nspname,
             'name', t.stxname,
             'part_of', 'pg_class/' || r.oid || '/0',
             'definition', concat_ws(E';\n', pg_get_statisticsobjdef(t.oid),
               format('alter statistics %I.%I set statistics ', s.nspname, t.stxname) || g.target),
             'attributes', json_build_object('statistics-target', g.target))
      from relation r
      join pg_catalog.pg_statistic_ext t on t.stxrelid = r.oid
      join pg_catalog.pg_namespace s on s.oid = t.stxnamespace
     -- The target is null where there is none since 17, and -1 before.
     cross join lateral (select case when t.stxstattarget >= 0 then t.stxstattarget::text end as target) g) i
