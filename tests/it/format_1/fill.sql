-- Takes a ledger of format 2 back to format 1: what viewkeeper 0.1.0 would have written. The schema "moved" holds the rows.
insert into viewkeeper.release (id, project, checksum, schema, built, applied_at, applied_by, application, viewkeeper)
  overriding system value
  select id, project, checksum, names_in, built, applied_at, applied_by, application, viewkeeper from moved.release;
insert into viewkeeper.project select name, release, history, history_oid, history_hash from moved.project;
insert into viewkeeper.definition (id, project, identity, kind, checksum, release, follows, retired, dropped, recorded_at,
       recorded_by, application, text, entry, deparsed, server, forgotten)
  overriding system value
  select id, project, identity, kind, checksum, release, follows, retired, dropped, recorded_at, recorded_by, application,
         text, entry, deparsed, server, forgotten
    from moved.definition;
insert into viewkeeper.object
  select project, identity, kind, checksum, stated, definition, release, retired, class, oid, name,
         coalesce(table_oid, schema_oid), owner, options, rule_xmin, columns_xmin, columns, attached, made, plain_hash, server
    from moved.object;
insert into viewkeeper.base select project, class, oid, name, schema_oid, xmins from moved.dependency;
insert into viewkeeper.aside select project, address, recreate from moved.displaced;
insert into viewkeeper.stale (project, identity, why, since) select project, identity, why, since from moved.stale;
insert into viewkeeper.claim select project, version, name, pid, backend_start, since from moved.claim;
select setval(pg_get_serial_sequence('viewkeeper.release', 'id'), coalesce(max(id), 0) + 1, false) from viewkeeper.release;
select setval(pg_get_serial_sequence('viewkeeper.definition', 'id'), coalesce(max(id), 0) + 1, false) from viewkeeper.definition;
drop schema moved cascade;
