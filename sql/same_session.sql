-- Fails where another process of the server works on this message than the one of this number, as behind a pooler that lends a
-- session for a transaction only. In front of what is for that session alone, under whatever search_path it has.
-- Parameters: pid (a number). Columns: none. Versions: 14-18.
do $viewkeeper$
begin
  if pg_catalog.pg_backend_pid() operator(pg_catalog.<>) :pid then
    raise exception using errcode = 'VK001', message = 'another session of the server answers';
  end if;
end
$viewkeeper$
