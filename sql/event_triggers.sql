-- The event triggers whose functions a text names, as the server's context of an error does.
-- Parameters: text. Columns: answer (JSON: [text], quoted names). Versions: 14-18.
select coalesce(pg_catalog.json_agg(distinct pg_catalog.quote_ident(t.evtname)), '[]') as answer
  from pg_catalog.pg_event_trigger t
  join pg_catalog.pg_proc p on p.oid = t.evtfoid
 where t.evtenabled <> 'D'
   and pg_catalog.strpos(:'text', pg_catalog.quote_ident(p.proname) || '()') > 0
