-- Takes back what was SET since sql/settings.sql read the session's settings, which are set again in front of this: not with
-- RESET ALL, which would take those that no library defined, and of which nobody can list the names.
-- Parameters: kept, custom (text[]: the names of what is set again by itself, and of what else may have been set). Columns: none.
-- Versions: 14-18.
do $viewkeeper$
declare
  name text;
begin
  for name in
    select s.name
      from pg_catalog.pg_settings s
     where s.source = 'session'
       and s.context in ('user', 'superuser')
       and s.name not like 'transaction\_%'
       and s.name <> all (:'kept'::text[])
    union all
    select c.name
      from pg_catalog.unnest(:'custom'::text[]) as c(name)
     where c.name <> all (:'kept'::text[])
       and pg_catalog.current_setting(c.name, true) is not null
  loop
    execute pg_catalog.format('reset %I', name);
  end loop;
end
$viewkeeper$
