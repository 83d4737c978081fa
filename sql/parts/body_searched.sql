-- A part of parts/body_means.sql (as :searched), an expression: the schemas in which a function, p, finds the names of its body:
-- those that it says itself, or else those of the session.
-- Parameters: session (an expression for the session's, text[]). Value: name[]. Versions: 14-18.
array(select n.nspname
        from pg_catalog.pg_namespace n
       cross join (select (select pg_catalog.substr(s.setting, 13)
                             from pg_catalog.unnest(p.proconfig) s(setting)
                            where pg_catalog.starts_with(s.setting, 'search_path=')) as says) c
       where case when c.says is null then n.nspname = any (:session)
                  else n.nspname = any (pg_catalog.regexp_split_to_array(c.says, '[", ]+'))
                       or pg_catalog.strpos(c.says, '$user') > 0
                          and n.nspname in (current_user, pg_catalog.pg_get_userbyid(p.proowner)) end)
