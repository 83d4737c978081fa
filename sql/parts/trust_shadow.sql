-- A part of saved/trust.sql and trust_unchanged/again.sql, a CTE: whether somebody who is not trusted has anything named like a
-- function or operator of the server.
-- Columns: cast_by. Parameters: none. Needs: trusted. Versions: 14-18.
shadow(cast_by) as materialized (
  select exists (select from pg_catalog.pg_proc p
                   join pg_catalog.pg_proc b on b.proname = p.proname and b.pronamespace = 'pg_catalog'::regnamespace
                  where p.oid >= 16384 and p.proowner not in (select t.oid from trusted t))
         or exists (select from pg_catalog.pg_operator p
                      join pg_catalog.pg_operator b on b.oprname = p.oprname and b.oprnamespace = 'pg_catalog'::regnamespace
                     where p.oid >= 16384 and p.oprowner not in (select t.oid from trusted t))
)
