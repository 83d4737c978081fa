-- Moments are timestamptz everywhere: columns that are not.
select
  table_name,
  column_name
from information_schema.columns
where table_schema = 'public'
  and data_type = 'timestamp without time zone';
