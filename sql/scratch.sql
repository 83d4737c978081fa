-- How an empty database like this one is made beside it. Its name says for which project, and which session makes it and since
-- when that is there, so that what a process left that was killed is known as such, and nothing is known as such that another
-- process works with.
-- Parameters: project (its part of the name).
-- Columns: answer (JSON: {name, recovery, read_only, create, leftovers: [names that may be dropped]}). Settings: none. Versions:
-- 14-18.
with session(pid, since) as (
  select a.pid, pg_catalog.to_hex((extract(epoch from a.backend_start) * 1000)::bigint)
    from pg_catalog.pg_stat_activity a
), made(prefix) as (
  select pg_catalog.format('viewkeeper_scratch_%s_%s_%s_', :'project'::pg_catalog.text, s.pid, s.since)
    from session s
   where s.pid = pg_catalog.pg_backend_pid()
), leftover(name) as (
  select o.datname
    from pg_catalog.pg_database o
   cross join lateral pg_catalog.regexp_match(o.datname, '^viewkeeper_scratch_[a-z0-9_]+_([0-9]+)_([0-9a-f]{11})_[0-9]{1,3}$') as m(session)
   where m.session is not null
     -- Another role's is another role's to drop, even for a superuser.
     and o.datdba = (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user)
     and not exists (
       select
         from session x
        where x.pid::text = m.session[1]
          and x.pid <> pg_catalog.pg_backend_pid()
          -- A later process may have its number; since when one is there is not for everybody to see.
          and (x.since is null or x.since = m.session[2]))
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
         'leftovers', (select coalesce(pg_catalog.json_agg(o.name order by o.name), '[]') from leftover o)) as answer
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
