-- Deallocates what was prepared since sql/prepared_mark.sql by PREPARE, which outlives the transaction that is gone back from; in
-- another session nothing. Amid what others wrote: it keeps their search_path.
-- Parameters: pid, since (as the mark says). Columns: none. Versions: 14-18.
do $viewkeeper$
declare
  name pg_catalog.text;
begin
  for name in
    select s.name
      from pg_catalog.pg_prepared_statements s
     where s.from_sql
       and pg_catalog.pg_backend_pid() operator(pg_catalog.=) :pid
       and extract(epoch from s.prepare_time) operator(pg_catalog.>=) :'since'::pg_catalog.numeric
  loop
    execute pg_catalog.format('deallocate %I', name);
  end loop;
end
$viewkeeper$
