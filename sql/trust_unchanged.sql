-- Ends the work where something of a stranger's came to be what is about to be put back.
-- Parameters: rests (as in trust_unchanged/again.sql), relid, body_means (see src/read/trusted.rs).
-- Columns: none; an error of SQLSTATE VK002, whose detail is the answer of that. Settings: search_path to pg_catalog. Versions:
-- 14-18.
do $viewkeeper$
declare
  came text;
begin
  came := (:again);
  if came is not null then
    raise exception using errcode = 'VK002', detail = came,
      message = 'what is to be put back would run what came to be of a role that is not trusted meanwhile';
  end if;
end
$viewkeeper$
