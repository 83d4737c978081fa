-- A part of parts/body_means.sql (as :any_type), a condition: whether a function, p, is given values of whatever type.
-- Parameters: none. Versions: 14-18.
exists (select from pg_catalog.unnest(p.proargtypes) g(oid)
          join pg_catalog.pg_type y on y.oid = g.oid
         where y.typtype = 'p')
