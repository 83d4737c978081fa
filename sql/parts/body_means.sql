-- A part of parts/trust_uses.sql and uses/reached.sql, a subquery: what the names in a text mean, or could mean, that is read
-- when it runs: a body in quotes, or a query. Words decide: a call, a view, a type, an operator or a word that means one. They
-- are looked for in the text as it stands and once more without its comments, so that neither a comment between name and
-- parenthesis nor a quote in one hides any.
-- Parameters: body (an expression for the text), searched (one for the schemas in which a name is found, name[]), whom (one for
-- the trusted roles, oid[]), any_type (a condition: a value of whatever type may come into it), apart (the text of
-- parts/body_apart.sql).
-- Columns: class, oid, follow (one of a trusted role, or a relation: what that comes to is to be looked at in turn), found (one
-- of somebody else that the text may come to run), call (found by a call). Versions: 14-18.
with source as materialized (
  select s.raw || pg_catalog.chr(10) || pg_catalog.regexp_replace(
           s.raw,
           '(''(?:[^'']|'''')*'')|--[^' || pg_catalog.chr(10) || pg_catalog.chr(13) || ']*|/[*](?:[^*]|[*]+[^*/])*[*]+/',
           pg_catalog.chr(92) || '1 ', 'g') as text
    from (select :body as raw) s
), word as materialized (
  select distinct m.word[1] is not null as dotted, pg_catalog.lower(m.word[2])::name as word, m.word[3] is not null as called
    from source s
   cross join lateral pg_catalog.regexp_matches(
           s.text, '([.][[:space:]]*"?)?((?:[[:alpha:]_]|[^ -~[:space:]])(?:[[:alnum:]_$]|[^ -~[:space:]])*)("?[[:space:]]*(?:[(]|/[*]))?',
           'g') as m(word)
   union
  select m.word[1] is not null, pg_catalog.replace(m.word[2], '""', '"')::name, m.word[3] is not null
    from source s
   cross join lateral pg_catalog.regexp_matches(s.text, '([.][[:space:]]*)?"((?:[^"]|"")+)"([[:space:]]*(?:[(]|/[*]))?', 'g') as m(word)
   union -- escapes, `!` in place of their character
  select m.word[1] is not null, d.word::name, m.word[4] is not null
    from source s
   cross join lateral pg_catalog.regexp_matches(
           s.text, '([.][[:space:]]*)?u&"((?:[^"]|"")+)"(?:[[:space:]]*uescape[[:space:]]*''(.)'')?([[:space:]]*(?:[(]|/[*]))?',
           'gi') as m(word)
   cross join lateral (
     select pg_catalog.string_agg(
              case when c.code between 1 and 55295 and (c.code < 128 or pg_catalog.getdatabaseencoding() = 'UTF8')
                   then pg_catalog.chr(c.code)
                   when c.code is null then pg_catalog.replace(p.piece[3], '""', '"') end, '' order by p.place) as word
       from pg_catalog.regexp_matches(pg_catalog.translate(m.word[2], coalesce(m.word[3], pg_catalog.chr(92)), '!'),
                                      '!([0-9a-fA-F]{4})|![+]([0-9a-fA-F]{6})|([^!]+|!)', 'g') with ordinality as p(piece, place)
      cross join lateral (
        select ('x' || pg_catalog.lpad(coalesce(p.piece[1], p.piece[2]), 8, '0'))::bit(32)::int as code) c) d
   where d.word is not null
), words as materialized (
  select coalesce(pg_catalog.array_agg(distinct w.word), '{}') as said from word w
), run as materialized ( -- characters of operators, and whether a schema stands with them
  select distinct m.run[1] is not null as chosen, case m.run[2] when '!=' then '<>' else m.run[2] end as run
    from source s
   cross join lateral pg_catalog.regexp_matches(
           pg_catalog.replace(s.text, ':=', ' '), '(operator[[:space:]]*[(][^()]*[.][[:space:]]*)?([-+*/<>=~!@#%^&|`?]+)', 'gi') as m(run)
   where m.run[2] <> '=>'
), symbol as materialized ( -- an operator ends in + or - only where it has a character that SQL's own have not
  select r.run as name, r.chosen from run r
   union
  select pg_catalog.rtrim(r.run, '+-'), r.chosen from run r where r.run !~ '[~!@#%^&|`?]'
   union
  select e.sign, r.chosen
    from run r
   cross join (values ('+'), ('-')) e(sign)
   where r.run !~ '[~!@#%^&|`?]' and pg_catalog.strpos(r.run, e.sign) > 0
   union
  select v.name, false
    from (values ('=', '{in,using,natural,case,nullif,distinct}'::name[]), ('<>', '{in}'), ('<', '{between}'), ('>', '{between}'),
                 ('<=', '{between}'), ('>=', '{between}'), ('~', '{similar}'), ('!~', '{similar}'), ('~~', '{like}'),
                 ('!~~', '{like}'), ('~~*', '{ilike}'), ('!~~*', '{ilike}')) v(name, words)
   where (select w.said from words w) && v.words
)
select distinct n.class, n.oid, n.follow, n.found, n.call
  from (
    select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, q.oid, q.proowner = any (:whom) as follow,
           q.proowner <> all (:whom) and s.nspname = any (:searched)
             -- `(x).f` calls f with a row.
             and (w.called and not w.dotted
                  or w.dotted and not w.called
                     and exists (select from pg_catalog.pg_type y
                                  where y.oid = q.proargtypes[0] and q.pronargs - q.pronargdefaults <= 1 and y.typtype in ('c', 'p')))
             and ((:any_type) or q.pronargs = 0
                  or exists (select from pg_catalog.unnest(q.proargtypes) a(oid)
                              where not (:apart))) as found,
           w.called as call
      from word w
      join pg_catalog.pg_proc q on q.proname = w.word
      join pg_catalog.pg_namespace s on s.oid = q.pronamespace
     union all
    select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprowner = any (:whom),
           not y.chosen and o.oprowner <> all (:whom) and s.nspname = any (:searched)
             and ((:any_type)
                  or exists (select from (values (o.oprleft), (o.oprright)) a(oid)
                              where a.oid <> 0 and not (:apart)
                                -- With a literal on the other side, one of equal types comes first.
                                and not (o.oprleft <> 0 and o.oprright <> 0
                                         and exists (select from (values (o.oprleft), (o.oprright)) a(oid) where :apart)
                                         and exists (select from pg_catalog.pg_operator b
                                                      where b.oprname = o.oprname and b.oprleft = a.oid and b.oprright = a.oid
                                                        and b.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace)))), false
      from symbol y
      join pg_catalog.pg_operator o on o.oprname = y.name
      join pg_catalog.pg_namespace s on s.oid = o.oprnamespace
     union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner = any (:whom),
           not w.dotted and t.typowner <> all (:whom) and s.nspname = any (:searched)
             and exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid), false
      from word w
      join pg_catalog.pg_type t on t.typname = w.word
      join pg_catalog.pg_namespace s on s.oid = t.typnamespace
     union all
    select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner = any (:whom) or s.nspname = any (:searched),
           not w.dotted and c.relkind = 'v' and c.relowner <> all (:whom) and s.nspname = any (:searched), false
      from word w
      join pg_catalog.pg_class c on c.relname = w.word
      join pg_catalog.pg_namespace s on s.oid = c.relnamespace) n
 where n.oid >= 16384 and (n.follow or n.found)
