-- How an empty database like this one is made beside it. Its name says which session makes it and when, so that what a process left
-- that was killed is known as such, and nothing is known as such that another process works with.
-- Parameters: none. Columns: answer (JSON: {name, recovery, read_only, create, leftovers: [names that may be dropped]}). Settings: none.
-- Versions: 14-18.
with session(pid, since) as (
  select a.pid, (extract(epoch from a.backend_start) * 1000)::bigint
    from pg_catalog.pg_stat_activity a
), made(name) as (
  select pg_catalog.format('viewkeeper_scratch_%s_%s', pg_catalog.pg_backend_pid(),
                           pg_catalog.to_hex((extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint))
)
select pg_catalog.json_build_object(
         'name', m.name,
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'create', pg_catalog.format('create database %I template template0 encoding %L lc_collate %L lc_ctype %L%s', m.name,
                                     pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
           -- 15 brought ICU, and 17 the server's own provider and another name of the column.
           case l.provider when 'c' then ' locale_provider libc'
                           when 'i' then pg_catalog.format(' locale_provider icu icu_locale %L', l.locale)
                           when 'b' then pg_catalog.format(' locale_provider builtin builtin_locale %L', l.locale) end),
         'leftovers', (
           select coalesce(pg_catalog.json_agg(o.datname order by o.datname), '[]')
             from pg_catalog.pg_database o
            where o.datname ~ '^viewkeeper_scratch_[0-9]+_[0-9a-f]+$'
              and pg_catalog.pg_has_role(o.datdba, 'usage')
              and not exists (
                select
                  from session x
                 where x.pid = pg_catalog.split_part(o.datname, '_', 3)::int
                   and x.pid <> pg_catalog.pg_backend_pid()
                   -- A later process may have its number; since when one is there is not for everybody to see.
                   and (x.since is null
                        or x.since <= ('x' || pg_catalog.lpad(pg_catalog.split_part(o.datname, '_', 4), 16, '0'))::bit(64)::bigint)))) as answer
  from pg_catalog.pg_database d
 cross join lateral (
   select pg_catalog.to_jsonb(d) ->> 'datlocprovider' as provider,
          coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') as locale) l
 cross join made m
 where d.datname = pg_catalog.current_database()
