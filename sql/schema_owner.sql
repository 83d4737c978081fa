-- Who owns a schema, where that is nobody whom we trust.
-- Parameters: schema.
-- Columns: answer (JSON: [the quoted name of the role, the role that works], or null). Versions: 14-18.
with recursive :trusted_roles
select coalesce(pg_catalog.to_json((
  select array[pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(n.nspowner)::pg_catalog.text), current_user::pg_catalog.text]
    from pg_catalog.pg_namespace n
   where n.nspname operator(pg_catalog.=) :'schema'
     and n.nspowner operator(pg_catalog.<>) all (select t.oid from trusted t))), 'null') as answer
