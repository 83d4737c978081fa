-- How an empty database like this one is made beside it. Its name says for which project, and which session makes it and since
-- when that is there, so that what a process left that was killed is known as such, and nothing is known as such that another
-- process works with.
-- Parameters: project (its part of the name).
-- Columns: answer (JSON: {name, recovery, read_only, create, leftovers: [names that may be dropped]}). Settings: none. Versions:
-- 14-18.
with :scratch_left, made(prefix) as (
  select pg_catalog.format('viewkeeper_scratch_%s_%s_%s_', :'project'::pg_catalog.text, s.pid, s.since)
    from session s
   where s.pid = pg_catalog.pg_backend_pid()
)
select pg_catalog.json_build_object(
         'name', m.prefix || n.number,
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'create', pg_catalog.format(
           'create database %I template template0 allow_connections false encoding %L lc_collate %L lc_ctype %L%s',
           m.prefix || n.number,
           pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
           -- 15 brought ICU, and 17 the server's own provider and another name of the column.
           case l.provider when 'c' then ' locale_provider libc'
                           when 'i' then pg_catalog.format(' locale_provider icu icu_locale %L', l.locale)
                           when 'b' then pg_catalog.format(' locale_provider builtin builtin_locale %L', l.locale) end),
         'leftovers', (select coalesce(pg_catalog.json_agg(o.name order by o.name), '[]')
                         from leftover o
                        -- Another role's is another role's to drop, even for a superuser.
                        where o.owner = (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user))) as answer
  from pg_catalog.pg_database d
 cross join lateral (
   select pg_catalog.to_jsonb(d) ->> 'datlocprovider' as provider,
          coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') as locale) l
 cross join made m
 cross join lateral (
   -- The first number that nobody has: what cannot be dropped is in nobody's way.
   select pg_catalog.min(i) as number
     from pg_catalog.generate_series(0, 999) i
    where not exists (select from pg_catalog.pg_database o where o.datname = m.prefix || i)) n
 where d.datname = pg_catalog.current_database()
