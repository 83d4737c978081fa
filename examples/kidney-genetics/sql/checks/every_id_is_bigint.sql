-- Keys are BIGINT everywhere: columns that are not.
select
  table_name,
  column_name,
  data_type
from information_schema.columns
where table_schema = 'public'
  and (column_name = 'id' or right(column_name, 3) = '_id' and column_name <> 'hgnc_id')
  and data_type <> 'bigint';
